import PixelCore
import Testing

@testable import ImageCodecs

@Suite("SignatureSearch")
struct SignatureSearchTests {
    private func found(_ bytes: [UInt8], exempt: String? = nil) throws -> [String] {
        var search = SignatureSearch(cancellation: CancellationFlag())
        try search.search(bytes.span, 0..<bytes.count, exempt: exempt)
        return search.found
    }

    @Test(
        "each signature is found, in any case where case does not matter, also at the very end",
        arguments: [
            ("PK\u{3}\u{4}", "zip"), ("PK\u{1}\u{2}", "zip"), ("PK\u{5}\u{6}", "zip"), ("%PDF-", "pdf"),
            ("<svg", "svg"),
            ("<SVG", "svg"), ("<?php", "php"), ("<hTmL", "html"), ("<script", "html"), ("<!DOCTYPE html", "html"),
            ("GIF87a", "gif"), ("GIF89a", "gif"),
        ])
    func signatures(text: String, name: String) throws {
        #expect(try found(Array("some\(text)".utf8)) == [name])
        #expect(try found(Array(text.utf8.dropLast())) == [])
    }

    @Test("images are found by their first bytes, unless they are exempt")
    func images() throws {
        #expect(try found([0] + ImageSniffer.pngSignature) == ["png"])
        #expect(try found([0, 0xFF, 0xD8, 0xFF, 0xE0]) == ["jpeg"])
        #expect(try found([0, 0xFF, 0xD8, 0xFF, 0xE0], exempt: "jpeg") == [])
        #expect(try found([0, 0xFF, 0xD8, 0xFF, 0x00]) == [])
    }

    @Test("a signature across two parts of a long search is found")
    func parts() throws {
        for offset in 65_530...65_540 {
            #expect(try found([UInt8](repeating: 0x3C, count: offset) + Array("<!doctype html".utf8)) == ["html"])
        }
    }

    @Test("a raised flag stops every walk over a container before it comes to an end")
    func cancellation() throws {
        let flag = CancellationFlag()
        flag.raise()
        #expect(throws: CodecError.cancelled) {
            var search = SignatureSearch(cancellation: flag)
            try search.search([0].span, 0..<1)
        }
        let png = ChunkedPNG.file()
        #expect(throws: CodecError.cancelled) {
            _ = try PNGContainer(png.span, limits: CodecFixtures.limits, cancellation: flag)
        }
        let jpeg = try CodecFixtures.jpeg(inserting: 0xFE, [0])
        #expect(throws: CodecError.cancelled) {
            _ = try JPEGContainer(jpeg.span, limits: CodecFixtures.limits, cancellation: flag)
        }
    }

    @Test("a flag raised while rows are read stops libpng at the next bytes it asks for")
    func cancelledReader() throws {
        let bytes = ChunkedPNG.file(data: [ChunkedPNG.zeros(258_000)])
        try bytes.withUnsafeBufferPointer { buffer in
            let flag = CancellationFlag()
            let reader = try PNGReader(
                buffer, dataEnd: bytes.count - 16, limits: CodecFixtures.limits, cancellation: flag)
            let before = reader.position
            flag.raise()
            let row = UnsafeMutablePointer<UInt8>.allocate(capacity: 4)
            defer { row.deallocate() }
            #expect(throws: CodecError.cancelled) { try reader.read(row, stride: 4, count: 1) }
            #expect(reader.position == before)
        }
    }
}
