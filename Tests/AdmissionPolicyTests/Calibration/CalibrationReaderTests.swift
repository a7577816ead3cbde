import AdversarialDetectors
import Foundation
import Testing

@testable import AdmissionPolicy

@Suite("CalibrationReader")
struct CalibrationReaderTests {
    @Test("gives back what was written, to the last digit")
    func roundTrip() throws {
        var fixture = try CalibrationFixture()
        let samples = (0..<2000).map { index in
            DetectorCalibration.Sample(
                score: 1 / Double(index + 3), stratum: index.isMultiple(of: 2) ? "png" : "jpeg-90",
                level: Double(index % 700) / 7)
        }
        let fit = DetectorFit(values: ["mean": [0.1, -2.5e-9], "scale": []])
        let made = try #require(
            DetectorCalibration(detector: "x", version: 1, parameters: ["a": "b"], fit: fit, samples: samples))
        fixture.sample = .init(
            source: "ünïcode \"quoted\" [{", images: 2000, fittedImages: 500, clients: 0,
            sha256: String(repeating: "f", count: 64))
        fixture.detectors.append(made)
        fixture.all = CombinationCalibration(
            method: .truncatedCauchy, detectors: fixture.detectors.map(\.detector), weights: [1, 2, 0.5],
            statistics: samples.map(\.score))
        fixture.tierZero = nil
        #expect(made.strata.count > 3)
        let bytes = Array(try fixture.json().utf8)
        #expect(try CalibrationReader.calibration(in: bytes) == fixture.calibration)
    }

    @Test(
        "what is no calibration says what is wrong",
        arguments: [
            ("", "is not JSON"), ("{", "is not JSON"), ("nonsense", "is not JSON"), ("null", "something else"),
            ("[]", "something else"), ("{}", "has no `schema`"), (#"{"schema": 1}"#, "`schema`"),
            (#"{"schema": "portcullis.calibration/v9"}"#, "this version reads portcullis.calibration/v1"),
            (#"{"schema": "portcullis.calibration/v1"}"#, "has no `created`"),
            (#"{"schema": "portcullis.calibration/v1", "x": NaN}"#, "is not JSON"),
            (#"{"a":"#, "is not JSON"), (String(repeating: "[", count: 100_000), "nests deeper"),
            (String(repeating: #"{"a":"#, count: 5000), "nests deeper"),
        ])
    func broken(text: String, fragment: String) {
        let fault = #expect(throws: CalibrationFault.self) { try CalibrationReader.calibration(in: Array(text.utf8)) }
        #expect(fault?.reason.contains(fragment) == true, "\(fault?.reason ?? "")")
    }

    @Test(
        "numbers that cannot be what they are called are refused",
        arguments: [
            (#""upToLevel":9}"#, "", "for images of any kind", true), ("[0,1,2", "[1,0,2", "do not ascend", false),
            ("[0,1,2", "[0,1,1e999", "is not JSON", false), (#""images":4"#, #""images":0"#, "how many images", false),
            (#""images":4"#, #""images":3"#, "than images", false),
            (#""clients":3"#, #""clients":-3"#, "images", false),
            ("0a0a", "0A0A", "SHA-256", false), ("0a0a", "", "SHA-256", false),
            ("2026-05-01T12:00:00Z", "yesterday", "when it was made", false),
            ("2026-05-01T12:00:00Z", "2026-02-30T12:00:00Z", "when it was made", false),
            ("min-p", "max-p", "knows min-p and truncated-cauchy", false),
            (#""weights":[1,1]"#, #""weights":[1]"#, "weights", false),
            (#""weights":[1,1]"#, #""weights":[1,0]"#, "weights", false),
            (#","weights":[1,1]"#, "", "has no `all.weights`", false),
            (#""strata":["#, #""strata":[],"other":["#, "has no scores of", false),
            (#""scores":[0,1,2,3]"#, #""scores":[]"#, "is empty", false),
            (#""statistics":[0,1,2,3]"#, #""statistics":[]"#, "is empty", false),
            (#""detector":"feature-squeezing""#, #""detector":"container-integrity""#, "two detectors", false),
            (#""detectors":["container-integrity"]"#, #""detectors":["other"]"#, "no scores of", false),
            (#""version":"#, #""version":"x","older":"#, "`detectors", false),
        ])
    func content(old: String, new: String, fragment: String, isBounded: Bool) throws {
        var fixture = try CalibrationFixture(images: 4)
        if isBounded {
            fixture.change("feature-squeezing") {
                DetectorCalibration(
                    detector: $0.detector, version: 1, parameters: $0.parameters, fit: nil,
                    strata: [ScoreStratum(name: "", upToLevel: 9, scores: [1])])
            }
        }
        let json = try fixture.json()
        try #require(json.contains(old), "the fixture has no \(old): \(json)")
        let bytes = Array((isBounded ? json : json.replacing(old, with: new)).utf8)
        let fault = #expect(throws: CalibrationFault.self) { try CalibrationReader.calibration(in: bytes) }
        #expect(fault?.reason.contains(fragment) == true, "\(fault?.reason ?? "")")
    }

    @Test("levels ascend within one kind of image")
    func levels() throws {
        func reason(_ bounds: [Double?]) throws -> String? {
            var fixture = try CalibrationFixture(images: 4)
            fixture.change("feature-squeezing") {
                DetectorCalibration(
                    detector: $0.detector, version: 1, parameters: $0.parameters, fit: nil,
                    strata: bounds.map { ScoreStratum(name: "png", upToLevel: $0, scores: [1]) }
                        + [ScoreStratum(name: "", upToLevel: nil, scores: [1])])
            }
            let bytes = Array(try fixture.json().utf8)
            do throws(CalibrationFault) {
                _ = try CalibrationReader.calibration(in: bytes)
                return nil
            } catch {
                return error.reason
            }
        }
        #expect(try reason([1, 2, nil]) == nil)
        #expect(try reason([1, 2]) == nil)
        #expect(try reason([2, 1, nil])?.contains("do not ascend") == true)
        #expect(try reason([1, 1])?.contains("do not ascend") == true)
        #expect(try reason([nil, 1])?.contains("do not ascend") == true)
    }

    @Test("more than five million numbers or 64 MiB are not parsed")
    func bounds() {
        let numbers = [UInt8]("[".utf8) + Array(repeating: UInt8(ascii: ","), count: 5_500_001)
        let many = #expect(throws: CalibrationFault.self) { try CalibrationReader.calibration(in: numbers) }
        #expect(many?.reason.contains("5000000 numbers") == true)
        let large = [UInt8](repeating: UInt8(ascii: " "), count: CalibrationReader.limitBytes + 1)
        let long = #expect(throws: CalibrationFault.self) { try CalibrationReader.calibration(in: large) }
        #expect(long?.reason.contains("bytes") == true)
    }

    @Test("a file cut off anywhere, or with any byte changed, is a fault or a calibration")
    func hostile() throws {
        let bytes = Array(try CalibrationFixture(images: 4).json().utf8)
        for length in 0..<bytes.count {
            #expect(throws: CalibrationFault.self) {
                try CalibrationReader.calibration(in: Array(bytes.prefix(length)))
            }
        }
        for position in bytes.indices {
            for byte in [UInt8(0), 0xFF, UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "]")] {
                var changed = bytes
                changed[position] = byte
                _ = try? CalibrationReader.calibration(in: changed)
            }
        }
    }
}

@Suite("CalendarTime")
struct CalendarTimeTests {
    @Test(
        "counts seconds since 1970 in UTC",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T00:00:00Z", 951_782_400), ("2026-05-01T12:00:00Z", 1_777_636_800),
            ("2026-05-01T12:00:00.125Z", 1_777_636_800), ("2100-03-01T00:00:00Z", 4_107_542_400),
            ("2100-02-29T00:00:00Z", nil), ("2026-05-01T12:00:00", nil), ("2026-05-01 12:00:00Z", nil),
            ("2026-05-01T24:00:00Z", nil), ("2026-13-01T00:00:00Z", nil), ("2026-05-01T12:00:00+02:00", nil),
            ("2026-05-01T12:00:00.Z", nil), ("", nil), ("2026-05-01T12:00:00.9999999999999999999999Z", nil),
        ] as [(String, Int?)])
    func seconds(text: String, value: Int?) {
        #expect(CalendarTime.seconds(text) == value)
    }
}

@Suite("ShareText")
struct ShareTextTests {
    @Test(
        "reads percentages and fractions, each as the number closest to it",
        arguments: [
            ("1%", 0.01), ("0.1 %", 0.001), ("0.7%", 0.007), ("5%", 0.05), ("0.01", 0.01), ("100%", 1),
            ("12.5%", 0.125),
            ("%", nil), ("", nil), (".5", nil), ("-1%", nil), ("1e-2", nil), ("1%%", nil), ("1.2.3%", nil),
            ("one", nil),
            ("0x1p-4", nil), ("nan", nil), ("000000000000000000000001", nil),
        ] as [(String, Double?)])
    func reads(text: String, share: Double?) {
        #expect(ShareText.parse(text) == share)
    }
}
