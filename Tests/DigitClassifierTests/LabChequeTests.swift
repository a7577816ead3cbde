import Foundation
import PixelCore
import Testing

@testable import DigitClassifier

/// The lab's 50 cheques, each with its clean scan and its attacked ones.
@Suite("ChequeReader on the lab's cheques")
struct LabChequeTests {
    private struct Scan {
        let file: URL
        let isClean: Bool
        let amount: Int
        /// What the model reads when the digits are cropped at their known boxes.
        let modelReads: Int
    }

    private static let lab = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/data/lab")

    /// All scans of the manifest in `folder`, whose versions are named `versions`, the clean one first.
    private static func scans(_ folder: String, versions: [String]) throws -> [Scan] {
        let folder = lab.appending(path: folder)
        let manifest = try JSONSerialization.jsonObject(
            with: Data(contentsOf: folder.appending(path: "manifest.json")))
        let cheques = try #require(manifest as? [[String: Any]])
        var scans: [Scan] = []
        for cheque in cheques {
            let amount = try #require(cheque["amount"] as? Int)
            for version in versions {
                guard let entry = cheque[version] as? [String: Any] else { continue }
                let name = try #require(entry["file"] as? String)
                let modelReads = try #require(entry["model_reads"] as? Int)
                scans.append(
                    Scan(
                        file: folder.appending(path: name), isClean: version == "clean", amount: amount,
                        modelReads: modelReads))
            }
        }
        return scans
    }

    private static func allScans() throws -> [Scan] {
        try scans("cheque", versions: ["clean", "adversarial"])
            + scans("adaptive/cheque", versions: ["clean", "pgd", "cw", "scar"])
    }

    private static func read(_ scan: Scan, with reader: ChequeReader) throws -> ChequeReading {
        try reader.read(Image.decoded([UInt8](Data(contentsOf: scan.file))))
    }

    @Test("every clean cheque is read right")
    func readsClean() throws {
        let reader = ChequeReader(model: try .embedded(), boxes: nil)
        let scans = try Self.allScans().filter(\.isClean)
        #expect(scans.count == 50)
        for scan in scans {
            #expect(try Self.read(scan, with: reader).amount == scan.amount, "\(scan.file.lastPathComponent)")
        }
    }

    // An attack made for one position of a digit does not always survive a box that is a pixel off: 79 do.
    @Test("of the 90 attacked cheques at least 78 are read as the attacker wants")
    func readsAttacked() throws {
        let reader = ChequeReader(model: try .embedded(), boxes: nil)
        let scans = try Self.allScans().filter { !$0.isClean }
        let fooled = try scans.count { try Self.read($0, with: reader).amount == $0.modelReads }
        #expect(scans.count == 90)
        #expect(fooled >= 78)
    }
}
