import AdversarialDetectors
import AuditTrail
import Foundation
import GuardPipeline
import ImageCodecs
import NIOCore
import Testing

@testable import AdmissionPolicy
@testable import PortcullisProxy

@Suite("ErrorResponder")
struct ErrorResponderTests {
    private let id = AuditID(time: AuditTime(microseconds: 1_700_000_000_000_000), random: 7)

    private func response(_ problem: Problem, isHead: Bool = false, closes: Bool = true) -> String {
        var buffer = ByteBuffer()
        ErrorResponder.write(
            problem, id: id, proxyStatus: problem == .upstreamTimeout ? "http_response_timeout" : nil, verdict: nil,
            closes: closes, isHead: isHead, to: &buffer)
        return String(buffer: buffer)
    }

    @Test("is a problem document with the request's id", arguments: Problem.allCases)
    func document(problem: Problem) throws {
        let text = response(problem)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(text.hasPrefix("HTTP/1.1 \(problem.status) "))
        #expect(parts[0].contains("Content-Type: application/problem+json"))
        #expect(parts[0].contains("Portcullis-Request-Id: \(id)"))
        #expect(parts[0].contains("Content-Length: \(parts[1].utf8.count)"))
        #expect(parts[0].contains("Connection: close"))
        #expect(parts[1].contains("\"status\":\(problem.status)"))
        #expect(parts[1].contains("urn:uuid:\(id)"))
    }

    @Test("names no detector, score, threshold or rule", arguments: Problem.allCases)
    func secrecy(problem: Problem) {
        let text = response(problem).lowercased()
        for descriptor in DetectorCatalogue.descriptors { #expect(!text.contains(descriptor.name)) }
        for word in ["score", "threshold", "detector", "adversarial", "squeez", "tier", "rule"] {
            #expect(!text.contains(word))
        }
    }

    @Test("answers to HEAD declare the length of a body that is not sent")
    func head() {
        let text = response(.noRoute, isHead: true, closes: false)
        #expect(text.hasSuffix("\r\n\r\n"))
        #expect(text.contains("Content-Length: "))
        #expect(!text.contains("Connection: close"))
    }

    @Test("codes are unique")
    func codes() {
        let codes = Problem.allCases.map { "\($0.code)" }
        #expect(Set(codes).count == codes.count)
    }

    @Test("docs/errors.md has every code with its status and phrase")
    func documented() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/errors.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        for problem in Problem.allCases {
            let start = "| `\(problem.code)` | \(problem.status) | \(problem.title) | "
            #expect(rows.contains { $0.hasPrefix(start) && $0.count > start.count + 10 }, "no row begins with \(start)")
        }
        #expect(rows.count { $0.hasPrefix("| `PC-") } == Problem.allCases.count)
    }

    @Test("statuses carry the fields they call for")
    func fields() {
        #expect(response(.overloaded).contains("Retry-After: 1"))
        #expect(response(.encodedBody).contains("Accept-Encoding: identity"))
        #expect(response(.notAnImage).contains("Accept-Post: image/png, image/jpeg"))
        #expect(response(.methodRefused).contains("Allow: "))
        #expect(response(.upstreamTimeout).contains("Proxy-Status: portcullis; error=http_response_timeout"))
    }
}

@Suite("Respond")
struct RespondTests {
    private let disclosing = Disclosure(flag: true, divert: true)
    private let silent = Disclosure(flag: false, divert: false)

    private func judgement(_ kind: VerdictKind, _ failure: GuardFailure? = nil, hasAnswer: Bool = true) -> Judgement {
        var judgement = Judgement(verdict: Verdict(kind: kind, reasons: ["secret-rule"], line: 1))
        judgement.failure = failure
        if hasAnswer, kind < .divert {
            judgement.answer = ProbeAnswer(
                status: 200, reason: "Quite Fine", headers: [("X-Model", "m\u{E9}"), ("Content-Length", "99")],
                body: Array("{}".utf8))
        }
        return judgement
    }

    private func text(_ judgement: Judgement, _ disclosure: Disclosure) -> String {
        var buffer = ByteBuffer()
        let id = AuditID(time: AuditTime(microseconds: 1_700_000_000_000_000), random: 7)
        let reply = Respond.reply(to: judgement, disclosure: disclosure)
        let body = Respond.write(reply, id: id, closes: false, isHead: false, to: &buffer) ?? []
        return String(decoding: Array(buffer.readableBytesView) + body, as: UTF8.self)
    }

    @Test("forwards the model's answer with its own length")
    func forward() {
        let response = text(judgement(.forward), disclosing)
        #expect(response.hasPrefix("HTTP/1.1 200 Quite Fine\r\n"))
        #expect(response.contains("Portcullis-Verdict: forward"))
        #expect(response.contains("Content-Length: 2\r\n"))
        #expect(!response.contains("99"))
        #expect(response.hasSuffix("{}"))
    }

    @Test("an undisclosed flag cannot be told from a forwarded answer")
    func flag() {
        #expect(text(judgement(.flag), disclosing).contains("Portcullis-Verdict: flag"))
        #expect(text(judgement(.flag), silent) == text(judgement(.forward), silent))
    }

    @Test("an undisclosed diversion cannot be told from a rejection")
    func divert() {
        let disclosed = text(judgement(.divert), disclosing)
        #expect(disclosed.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(disclosed.contains("Portcullis-Verdict: divert"))
        #expect(disclosed.contains("\"verdict\":\"divert\",\"reference\":\""))
        #expect(text(judgement(.divert), silent) == text(judgement(.reject), silent))
    }

    @Test("a rejection is 403 and says no reason")
    func reject() {
        let response = text(judgement(.reject), disclosing)
        #expect(response.hasPrefix("HTTP/1.1 403 "))
        #expect(!response.contains("secret-rule"))
    }

    static let failures: [(GuardFailure, VerdictKind, Int)] = [
        (.undecodable(.malformed(format: nil, detail: "x")), .reject, 422),
        (.undecodable(.unsupported(detected: "gif")), .reject, 415),
        (.undecodable(.overLimit(.pixels, value: 2, limit: 1)), .reject, 413),
        (.malfunction(detail: "x"), .reject, 500),
        (.model(.unreachable(detail: "x")), .forward, 502),
        (.model(.broken(detail: "x")), .forward, 502),
        (.model(.answerTooLarge(limit: 1)), .forward, 502),
        (.model(.timedOut), .forward, 504),
        (.deadline, .forward, 504),
    ]

    @Test("failures have their statuses", arguments: failures)
    func statuses(failure: GuardFailure, kind: VerdictKind, status: Int) {
        let reply = Respond.reply(to: judgement(kind, failure, hasAnswer: false), disclosure: silent)
        #expect(Respond.status(of: reply) == status)
    }

    @Test("header values come out byte for byte")
    func latin() {
        let bytes: [UInt8] = [0x61, 0xE9, 0xFF, 0x62]
        var buffer = ByteBuffer()
        LatinText.write(LatinText.text(bytes[...]), to: &buffer)
        #expect(Array(buffer.readableBytesView) == bytes)
    }
}
