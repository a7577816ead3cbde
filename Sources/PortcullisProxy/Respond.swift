internal import AdmissionPolicy
internal import AuditTrail
internal import ClassifierProtocols
internal import GuardPipeline
internal import ImageCodecs
internal import NIOCore

/// What the client of an inspected request gets.
enum Reply {
    /// The model's own answer.
    case answer(ProbeAnswer, verdict: StaticString)
    /// 200 without an answer: a person will key the item.
    case diverted
    /// A refusal or a failure.
    case problem(Problem, proxyStatus: StaticString?, verdict: StaticString?)
    /// Nobody is there to be answered.
    case nobody
}

/// Stage 9: from a judgement to HTTP. Pure; `ClientConnection` writes what it says.
enum Respond {
    /// What the client gets for `judgement` under the disclosure of its route.
    static func reply(to judgement: Judgement, disclosure: Disclosure) -> Reply {
        switch judgement.verdict.kind {
        case .reject: return rejection(judgement)
        case .divert where disclosure.divert: return .diverted
        // Undisclosed, a diversion is not to be told from a rejection.
        case .divert: return .problem(.rejected, proxyStatus: nil, verdict: "reject")
        case .forward, .flag: break
        }
        if let answer = judgement.answer {
            let isFlagged = judgement.verdict.kind == .flag && disclosure.flag
            return .answer(answer, verdict: isFlagged ? "flag" : "forward")
        }
        switch judgement.failure {
        case .cancelled: return .nobody
        case .deadline: return .problem(.deadline, proxyStatus: nil, verdict: nil)
        case .model(let error): return modelFailure(error)
        case .undecodable(let error): return .problem(problem(error), proxyStatus: nil, verdict: nil)
        case .malfunction, nil: return .problem(.malfunction, proxyStatus: nil, verdict: nil)
        }
    }

    private static func rejection(_ judgement: Judgement) -> Reply {
        switch judgement.failure {
        case .undecodable(let error): .problem(problem(error), proxyStatus: nil, verdict: "reject")
        case .malfunction: .problem(.malfunction, proxyStatus: nil, verdict: "reject")
        case .cancelled: .nobody
        case .model, .deadline, nil: .problem(.rejected, proxyStatus: nil, verdict: "reject")
        }
    }

    private static func modelFailure(_ error: ProbeError) -> Reply {
        switch error {
        case .unreachable: .problem(.upstreamUnreachable, proxyStatus: "connection_refused", verdict: nil)
        case .broken: .problem(.upstreamBroken, proxyStatus: "http_protocol_error", verdict: nil)
        case .timedOut: .problem(.upstreamTimeout, proxyStatus: "http_response_timeout", verdict: nil)
        case .answerTooLarge: .problem(.upstreamBroken, proxyStatus: "http_response_body_size", verdict: nil)
        case .budgetExhausted: .problem(.overloaded, proxyStatus: nil, verdict: nil)
        case .cancelled: .nobody
        }
    }

    /// What an image's fault is to the client.
    static func problem(_ error: CodecError) -> Problem {
        switch error {
        case .malformed: .badImage
        case .overLimit(.encodedBytes, _, _): .bodyTooLarge
        case .overLimit: .imageTooLarge
        case .unsupported(let detected): EnvelopeFault(rawValue: detected) == nil ? .notAnImage : .uninspectable
        case .cancelled: .deadline
        case .malfunction: .malfunction
        }
    }

    /// The status that `reply` has on the wire; nil when there is none.
    static func status(of reply: Reply) -> Int? {
        switch reply {
        case .answer(let answer, _): answer.status
        case .diverted: 200
        case .problem(let problem, _, _): problem.status
        case .nobody: nil
        }
    }

    /// Bytes of the body that `reply` has, where they are the model's.
    static func bodyBytes(of reply: Reply) -> Int? {
        if case .answer(let answer, _) = reply { answer.body.count } else { nil }
    }

    // MARK: Bytes

    /// Appends the whole response, body included but for a large answer's, which is returned to be written by itself.
    static func write(
        _ reply: Reply, id: AuditID, closes: Bool, isHead: Bool, to buffer: inout ByteBuffer
    ) -> [UInt8]? {
        switch reply {
        case .answer(let answer, let verdict):
            writeAnswerHead(answer, id: id, verdict: verdict, closes: closes, isHead: isHead, to: &buffer)
            return isHead ? nil : answer.body
        case .diverted:
            let body = "{\"verdict\":\"divert\",\"reference\":\"\(id.description)\"}"
            buffer.writeStaticString("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n")
            RespondHead.writeOurs(id: id.description, verdict: "divert", closes: closes, to: &buffer)
            ForwardedHead.writeLength(body.utf8.count, to: &buffer)
            buffer.writeStaticString("\r\n")
            if !isHead { buffer.writeString(body) }
        case .problem(let problem, let proxyStatus, let verdict):
            ErrorResponder.write(
                problem, id: id, proxyStatus: proxyStatus, verdict: verdict, closes: closes, isHead: isHead,
                to: &buffer)
        case .nobody: break
        }
        return nil
    }

    private static func writeAnswerHead(
        _ answer: ProbeAnswer, id: AuditID, verdict: StaticString, closes: Bool, isHead: Bool,
        to buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(answer.status))
        buffer.writeStaticString(" ")
        LatinText.write(answer.reason, to: &buffer)
        buffer.writeStaticString("\r\n")
        for (name, value) in answer.headers where !isFraming(name) {
            buffer.writeString(name)
            buffer.writeStaticString(": ")
            LatinText.write(value, to: &buffer)
            buffer.writeStaticString("\r\n")
        }
        RespondHead.writeOurs(id: id.description, verdict: verdict, closes: closes, to: &buffer)
        let hasBody = answer.status >= 200 && answer.status != 204 && answer.status != 304
        if hasBody && !isHead { ForwardedHead.writeLength(answer.body.count, to: &buffer) }
        buffer.writeStaticString("\r\n")
    }

    /// The body is sent whole, so its length is ours to declare.
    private static func isFraming(_ name: String) -> Bool {
        name.utf8.count == 14 && name.lowercased() == "content-length"
    }
}

/// Header values as text, one scalar a byte (ISO 8859-1), so that every byte comes out as it went in.
enum LatinText {
    /// The text of `bytes`.
    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        var text = String.UnicodeScalarView()
        for byte in bytes { text.append(Unicode.Scalar(byte)) }
        return String(text)
    }

    /// Appends the bytes of `text`; a scalar above 255 cannot come from `text(_:)` and is left out.
    static func write(_ text: String, to buffer: inout ByteBuffer) {
        for scalar in text.unicodeScalars where scalar.value < 256 {
            buffer.writeInteger(UInt8(truncatingIfNeeded: scalar.value))
        }
    }
}
