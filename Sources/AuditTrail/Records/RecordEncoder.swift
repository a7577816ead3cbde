/// Writes a record as one canonical line, without the newline.
///
/// Keys stand in the order of RFC 8785 by construction; `CanonicalFormTests` parses lines back to hold it to that.
enum RecordEncoder {
    /// Longest text that a client or a model chose: paths, labels, methods, details.
    static let textLimit = 1024
    /// Longest text that the configuration chose.
    static let nameLimit = 256

    /// Where a line stands in the log.
    struct Place {
        let instance: String
        let sequence: Int
        let time: AuditTime
        /// 64 hex digits.
        let previous: [UInt8]
    }

    static func append(_ record: AuditRecord, at place: Place, to writer: inout CanonicalWriter) {
        writer.raw("{")
        appendJudgement(record, to: &writer)
        writer.member("\"id\":\"")
        record.id.append(to: &writer)
        writer.raw("\"")
        if !record.images.isEmpty {
            writer.member("\"images\":[")
            for image in record.images {
                writer.element()
                append(image, to: &writer)
            }
            writer.raw("]")
        }
        writer.text("\"instance\":", place.instance, limit: nameLimit)
        writer.text("\"kind\":", record.kind.rawValue)
        writer.text("\"mode\":", record.mode, limit: nameLimit)
        if let of = record.of {
            writer.member("\"of\":\"")
            of.append(to: &writer)
            writer.raw("\"")
        }
        if let policy = record.policy {
            writer.member("\"policy\":{")
            writer.text("\"name\":", policy.name, limit: nameLimit)
            writer.text("\"sha256\":", policy.sha256, limit: nameLimit)
            writer.raw("}")
        }
        writer.integer("\"policy_line\":", record.policyLine)
        writer.member("\"prev\":\"")
        writer.raw(place.previous)
        writer.raw("\"")
        appendAfterLink(record, at: place, to: &writer)
        writer.raw("}")
    }

    /// The members before `id`.
    private static func appendJudgement(_ record: AuditRecord, to writer: inout CanonicalWriter) {
        if let answer = record.answer {
            writer.member("\"answer\":{")
            writer.number("\"confidence\":", answer.confidence)
            writer.text("\"label\":", answer.label, limit: textLimit)
            writer.integer("\"status\":", answer.status)
            writer.raw("}")
        }
        writer.text("\"calibration\":", record.calibration, limit: nameLimit)
        if let client = record.client {
            writer.member("\"client\":{")
            writer.text("\"ip\":", client.ip, limit: nameLimit)
            writer.raw("}")
        }
        if let combined = record.combined {
            writer.member("\"combined\":{")
            writer.text("\"method\":", combined.method, limit: nameLimit)
            writer.number("\"p_value\":", combined.pValue)
            writer.number("\"statistic\":", combined.statistic)
            writer.raw("}")
        }
        if !record.copies.isEmpty {
            writer.member("\"copies\":[")
            for copy in record.copies {
                writer.element()
                writer.raw("{")
                writer.text("\"label\":", copy.label, limit: textLimit)
                writer.milliseconds("\"ms\":", copy.milliseconds)
                writer.text("\"name\":", copy.name, limit: nameLimit)
                writer.raw("}")
            }
            writer.raw("]")
        }
        writer.text("\"degraded\":", record.degraded, limit: nameLimit)
        if !record.details.isEmpty {
            writer.member("\"details\":")
            append(record.details, to: &writer)
        }
        if !record.detectors.isEmpty {
            writer.member("\"detectors\":[")
            for finding in record.detectors {
                writer.element()
                append(finding, to: &writer)
            }
            writer.raw("]")
        }
        writer.text("\"ending\":", record.ending, limit: nameLimit)
        writer.text("\"event\":", record.event, limit: nameLimit)
        if let failure = record.failure {
            writer.member("\"fail\":{")
            writer.text("\"cause\":", failure.cause, limit: nameLimit)
            writer.text("\"detail\":", failure.detail, limit: textLimit)
            writer.raw("}")
        }
        writer.text("\"gate\":", record.gate, limit: nameLimit)
        if let http = record.http { append(http, to: &writer) }
    }

    /// The members after `prev`. None of them has free names, so that the last `,"prev":"` of a line is its link.
    private static func appendAfterLink(_ record: AuditRecord, at place: Place, to writer: inout CanonicalWriter) {
        if let randomness = record.randomness {
            writer.member("\"randomness\":{")
            writer.text("\"key_id\":", randomness.keyID, limit: nameLimit)
            writer.text("\"purpose\":", randomness.purpose, limit: nameLimit)
            writer.raw("}")
        }
        writer.list("\"reason_codes\":", record.reasonCodes, limit: nameLimit)
        writer.text("\"route\":", record.route, limit: nameLimit)
        writer.member("\"schema\":\"portcullis.audit/v1\",\"seq\":")
        writer.integer(place.sequence)
        writer.member("\"time\":\"")
        place.time.append(to: &writer)
        writer.raw("\"")
        append(record.timings, to: &writer)
        writer.text("\"verdict\":", record.verdict, limit: nameLimit)
        writer.text("\"would_be_verdict\":", record.wouldBeVerdict, limit: nameLimit)
    }

    private static func append(_ http: AuditRecord.Exchange, to writer: inout CanonicalWriter) {
        writer.member("\"http\":{")
        writer.text("\"method\":", http.method, limit: nameLimit)
        writer.text("\"path\":", http.path, limit: textLimit)
        writer.integer("\"request_bytes\":", http.requestBytes)
        writer.integer("\"response_bytes\":", http.responseBytes)
        writer.integer("\"status\":", http.status)
        writer.raw("}")
    }

    private static func append(_ timings: AuditRecord.Timings, to writer: inout CanonicalWriter) {
        guard !timings.isEmpty else { return }
        writer.member("\"timings_ms\":{")
        writer.milliseconds("\"consult\":", timings.consult)
        writer.milliseconds("\"decide\":", timings.decide)
        writer.milliseconds("\"decode\":", timings.decode)
        writer.milliseconds("\"inspect\":", timings.inspect)
        writer.milliseconds("\"read\":", timings.read)
        writer.milliseconds("\"sanitize\":", timings.sanitize)
        writer.milliseconds("\"total\":", timings.total)
        writer.milliseconds("\"upstream\":", timings.upstream)
        writer.raw("}")
    }

    private static func append(_ finding: AuditRecord.DetectorFinding, to writer: inout CanonicalWriter) {
        writer.raw("{")
        if !finding.boxes.isEmpty { append(boxes: finding.boxes, to: &writer) }
        if !finding.evidence.isEmpty {
            writer.member("\"evidence\":{")
            for (name, value) in members(finding.evidence.lazy.map { ($0.name, $0.value) }) {
                writer.namedMember(name)
                writer.number(value)
            }
            writer.raw("}")
        }
        writer.list("\"findings\":", finding.findings, limit: nameLimit)
        writer.text("\"id\":", finding.id, limit: nameLimit)
        writer.number("\"level\":", finding.level)
        writer.text("\"oddest_copy\":", finding.oddestCopy, limit: nameLimit)
        writer.number("\"p_value\":", finding.pValue)
        if !finding.parameters.isEmpty {
            writer.member("\"parameters\":")
            append(finding.parameters, to: &writer)
        }
        writer.member("\"score\":")
        writer.number(finding.score)
        writer.text("\"stratum\":", finding.stratum, limit: nameLimit)
        writer.number("\"threshold\":", finding.threshold)
        writer.integer("\"tier\":", finding.tier)
        writer.text("\"version\":", finding.version, limit: nameLimit)
        writer.raw("}")
    }

    /// Sixteen boxes at most: the strongest come first.
    private static func append(boxes: [[Int]], to writer: inout CanonicalWriter) {
        writer.member("\"boxes\":[")
        for box in boxes.prefix(16) {
            writer.element()
            writer.raw("[")
            for side in box.prefix(4) {
                writer.element()
                writer.integer(side)
            }
            writer.raw("]")
        }
        writer.raw("]")
    }

    /// Members with free names, capped, made unique and in canonical order.
    private static func members<Value>(_ named: some Sequence<(String, Value)>) -> [(name: String, value: Value)] {
        var seen: Set<String> = []
        var members: [(name: String, value: Value)] = []
        for (name, value) in named {
            let base =
                name.utf8.count <= nameLimit ? name : String(decoding: name.utf8.prefix(nameLimit), as: UTF8.self)
            var candidate = base
            var count = 1
            while !seen.insert(candidate).inserted {
                count += 1
                candidate = "\(base)#\(count)"
            }
            members.append((candidate, value))
        }
        return members.sorted { KeyOrder.precedes($0.name, $1.name) }
    }

    private static func append(_ values: [String: AuditValue], to writer: inout CanonicalWriter) {
        writer.raw("{")
        for (name, value) in members(values.lazy.map { ($0.key, $0.value) }) {
            writer.namedMember(name)
            switch value {
            case .text(let text): writer.string(text, limit: textLimit)
            case .integer(let number): writer.integer(number)
            case .number(let number): writer.number(number)
            case .flag(let flag): writer.boolean(flag)
            }
        }
        writer.raw("}")
    }

    private static func append(_ image: InspectedImage, to writer: inout CanonicalWriter) {
        writer.raw("{")
        writer.integer("\"bytes\":", image.bytes)
        writer.integer("\"channels\":", image.channels)
        if let facts = image.facts { append(facts, to: &writer) }
        writer.text("\"format\":", image.format, limit: nameLimit)
        if let forwarded = image.forwarded {
            writer.member("\"forwarded\":{")
            writer.integer("\"bytes\":", forwarded.bytes)
            writer.text("\"encoding\":", forwarded.encoding, limit: nameLimit)
            writer.text("\"media_type\":", forwarded.mediaType, limit: nameLimit)
            writer.text("\"pixels\":", forwarded.pixels, limit: nameLimit)
            writer.text("\"sha256\":", forwarded.sha256, limit: nameLimit)
            writer.raw("}")
        }
        writer.integer("\"height\":", image.height)
        writer.integer("\"index\":", image.index)
        writer.text("\"pixels_sha256\":", image.pixelsSHA256, limit: nameLimit)
        writer.text("\"sha256\":", image.sha256, limit: nameLimit)
        if let signature = image.signature {
            writer.member("\"signature\":\"")
            for value in signature.prefix(64) { writer.hex(value) }
            writer.raw("\"")
        }
        writer.integer("\"width\":", image.width)
        writer.raw("}")
    }

    private static func append(_ facts: InspectedImage.Facts, to writer: inout CanonicalWriter) {
        writer.member("\"facts\":{")
        writer.integer("\"bit_depth\":", facts.bitDepth)
        writer.text("\"colour_model\":", facts.colourModel, limit: nameLimit)
        writer.list("\"embedded\":", facts.embedded, limit: nameLimit)
        writer.integer("\"frames\":", facts.frames)
        writer.integer("\"orientation\":", facts.orientation)
        writer.member("\"orientation_applied\":")
        writer.boolean(facts.isOrientationApplied)
        writer.member("\"progressive\":")
        writer.boolean(facts.isProgressive)
        writer.integer("\"scans\":", facts.scans)
        writer.integer("\"trailing_bytes\":", facts.trailingBytes)
        writer.list("\"viewer_differences\":", facts.viewerDifferences, limit: nameLimit)
        writer.raw("}")
    }
}

extension CanonicalWriter {
    fileprivate mutating func text(_ key: StaticString, _ value: String?, limit: Int = .max) {
        guard let value else { return }
        member(key)
        string(value, limit: limit)
    }

    fileprivate mutating func integer(_ key: StaticString, _ value: Int?) {
        guard let value else { return }
        member(key)
        integer(value)
    }

    fileprivate mutating func number(_ key: StaticString, _ value: Double?) {
        guard let value else { return }
        member(key)
        number(value)
    }

    fileprivate mutating func milliseconds(_ key: StaticString, _ value: Double?) {
        guard let value else { return }
        member(key)
        thousandths(value)
    }

    fileprivate mutating func list(_ key: StaticString, _ values: [String], limit: Int) {
        guard !values.isEmpty else { return }
        member(key)
        raw("[")
        for value in values {
            element()
            string(value, limit: limit)
        }
        raw("]")
    }
}
