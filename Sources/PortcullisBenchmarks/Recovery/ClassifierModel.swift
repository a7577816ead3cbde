import DigitClassifier
import Foundation
import Glibc
import ImageCodecs
import PixelCore

/// A model that is asked what images show.
protocol ClassifierModel: Sendable {
    /// Rows and columns of its input.
    var side: Int { get }
    /// True when it reads bright ink on black, the negative of a scan.
    var hasBrightInk: Bool { get }
    /// What each image shows, as the manifests write it. Images have `side` rows and columns.
    func labels(of images: [Image]) throws -> [String]
}

/// The digit network that the binary carries, asked in process.
struct EmbeddedDigits: ClassifierModel {
    private let model: DigitModel

    /// Throws when the embedded weights cannot be read.
    init() throws {
        model = try DigitModel.embedded()
    }

    var side: Int { DigitModel.side }
    var hasBrightInk: Bool { true }

    func labels(of images: [Image]) throws -> [String] {
        try images.map { image in
            guard image.shape.channels == 1 else { throw LoadError.invalid("a digit is grey") }
            let probabilities = image.withSamples { model.probabilities(of: $0) }
            return "\(Argmax.index(of: probabilities.map(Double.init)))"
        }
    }
}

/// A model behind the lab's server: PNGs in a batch to `/v1/models/NAME:predict`, a list of probabilities for each back.
struct ServedModel: ClassifierModel {
    let side: Int
    var hasBrightInk: Bool { false }
    private let port: UInt16
    private let path: String

    private struct Request: Encodable {
        struct Instance: Encodable {
            let b64: String
        }
        let instances: [Instance]
    }

    private struct Answer: Decodable {
        let predictions: [[Double]]
    }

    /// The model called `name` at `port` on loopback, whose input has `side` rows and columns.
    init(name: String, port: UInt16, side: Int) {
        self.side = side
        self.port = port
        path = "/v1/models/\(name):predict"
    }

    func labels(of images: [Image]) throws -> [String] {
        let instances = try images.map { image in
            Request.Instance(b64: Data(try ImageEncoder.encode(image, as: .png(.stored))).base64EncodedString())
        }
        let body = try JSONEncoder().encode(Request(instances: instances))
        let request = LoadClient.post(Array(body), to: path, type: "application/json")
        let answer = try JSONDecoder().decode(Answer.self, from: Data(try BlockingExchange.run(request, port: port)))
        guard answer.predictions.count == images.count else {
            throw LoadError.invalid("\(images.count) images were asked about, \(answer.predictions.count) answered")
        }
        return answer.predictions.map { "\(Argmax.index(of: $0))" }
    }
}

/// The place of the greatest.
enum Argmax {
    /// The first index of the greatest value; 0 of nothing.
    static func index(of values: [Double]) -> Int {
        values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
    }
}

/// One request on a connection of its own, its answer read to the end.
enum BlockingExchange {
    /// The body of the answer to `request` (`LoadClient.post`). Throws unless the status is 200.
    static func run(_ request: [UInt8], port: UInt16) throws -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw LoadError.system("socket", errno) }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw LoadError.system("connect to port \(port)", errno) }
        try send(request, descriptor)
        return try receive(descriptor)
    }

    private static func send(_ request: [UInt8], _ descriptor: Int32) throws {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw LoadError.system("send", errno) }
            sent += count
        }
    }

    private static func receive(_ descriptor: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if let body = try body(of: bytes) { return body }
            let count = chunk.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { throw LoadError.system("the model's server closed", errno) }
            bytes += chunk[..<count]
        }
    }

    /// The body of a whole answer; nil while some of it is missing.
    static func body(of bytes: [UInt8]) throws -> [UInt8]? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased().split(separator: "\r\n")
        guard lines.first?.contains(" 200") == true else {
            throw LoadError.invalid("the model's server answers \(lines.first ?? "nothing")")
        }
        let length = lines.first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }
        guard let length else { throw LoadError.invalid("the model's server gives no length") }
        return bytes.count - end.upperBound >= length ? Array(bytes[end.upperBound..<end.upperBound + length]) : nil
    }
}
