internal import Crypto

/// How the report looks, by day and by night.
enum ReportStyle {
    /// The style sheet. Text has a contrast of 7:1 or more on its ground, what plots draw 3:1 or more, in both schemes.
    static let sheet: StaticString = """

        :root{color-scheme:light dark;--ground:#fff;--ink:#1a1d21;--soft:#4a5058;--line:#c9ced6;--panel:#f4f6f8;--link:#004a99;
        --s0:#0058a3;--s1:#b03a00;--s2:#00695c;--b0:#3b82c4;--b1:#b8711a;--b2:#7d8794;
        --warn:#fff4d6;--warnline:#8a6100}
        @media (prefers-color-scheme:dark){:root{--ground:#14171a;--ink:#eceff2;--soft:#b6bdc6;--line:#454c55;--panel:#1d2126;
        --link:#8cc2ff;--s0:#6fb5f7;--s1:#ff9d6b;--s2:#4ecfb4;--b0:#3f86c6;--b1:#b3722a;--b2:#737c87;
        --warn:#33290f;--warnline:#dcb45a}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:75rem;padding:1.5rem;background:var(--ground);color:var(--ink);
        font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        h1{font-size:1.7rem;margin:0 0 .5rem}h2{font-size:1.3rem;margin:2.5rem 0 .75rem;border-top:1px solid var(--line);
        padding-top:1rem}h3{font-size:1.05rem;margin:1.5rem 0 .5rem}p{max-width:48rem}a{color:var(--link)}
        .soft,figcaption,caption{color:var(--soft)}
        .scroll{overflow-x:auto}.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:3px solid var(--link)}
        table{border-collapse:collapse;margin:.5rem 0 1.25rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;padding:.25rem 0;font-size:.9rem}
        th,td{padding:.3rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
        td.n,th.n{text-align:right;white-space:nowrap}thead th{background:var(--panel)}tbody th{font-weight:500}
        tr.all>*{font-weight:700}.i{color:var(--soft);font-size:.85em;white-space:nowrap}
        tbody th{min-width:9rem}
        code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em;overflow-wrap:anywhere}
        .notes{background:var(--warn);border-left:4px solid var(--warnline);padding:.6rem 1rem;margin:1rem 0}
        .notes ul{margin:.3rem 0;padding-left:1.2rem}
        figure{margin:0 0 1rem}.plots{display:flex;flex-wrap:wrap;gap:1rem}.plots figure{margin:0}
        figure svg{max-width:100%;height:auto;background:var(--panel);border-radius:6px}
        details{margin:.75rem 0}summary{cursor:pointer;font-weight:600}
        .gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:1rem;padding:0;list-style:none}
        .gallery li{background:var(--panel);border-radius:6px;padding:.75rem;min-width:0}
        .gallery img{max-width:100%;height:auto;image-rendering:pixelated;background:#fff;border:1px solid var(--line)}
        .file{margin:.4rem 0 0;font-size:.9rem;line-height:1.3}
        dl{display:grid;grid-template-columns:auto 1fr;gap:.1rem .6rem;margin:.5rem 0 0;font-size:.85rem}
        dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
        .t{fill:var(--ink);font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}.strong{font-weight:700}
        .grid{stroke:var(--line);stroke-width:1}.axis{stroke:var(--soft);stroke-width:1}
        .guide{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}.chance{stroke:var(--soft);stroke-dasharray:5 4}
        .band{fill:var(--line);opacity:.6}.whisker{stroke:var(--ink);stroke-width:1.2}
        .b0{fill:var(--b0)}.b1{fill:var(--b1)}.b2{fill:var(--b2)}.curve{stroke-width:2}
        .s0{stroke:var(--s0)}
        .dot{stroke-dasharray:none;stroke:var(--ground)}.dot.s0{fill:var(--s0)}.dot.s1{fill:var(--s1)}.dot.s2{fill:var(--s2)}
        @media print{body{max-width:none}details{break-inside:avoid}}

        """

    /// What the page may do: show its own pictures and this one style sheet. No script, no frame, no form, no connection.
    static var contentSecurityPolicy: String {
        let digest = SHA256.hash(data: Array(sheet.description.utf8))
        return
            "default-src 'none'; img-src data:; style-src 'sha256-\(Base64.encode(Array(digest)))'; base-uri 'none'; "
            + "form-action 'none'"
    }
}

/// Bytes as RFC 4648 writes them, with padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The text of `bytes`.
    static func encode(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var word = 0
            for place in 0..<3 { word = word << 8 | Int(place < group.count ? group[start + place] : 0) }
            for place in 0..<4 {
                result.append(place <= group.count ? digits[word >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
