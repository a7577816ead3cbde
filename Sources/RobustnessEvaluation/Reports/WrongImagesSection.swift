/// The images that went wrong, to be looked at.
enum WrongImagesSection {
    static func write(_ report: EvaluationReport, preview: (Int) -> ImagePreview?, to page: inout Markup) {
        let leading = report.detection.leading
        let wrong = WrongImages(report.images, leading: leading)
        page.element("h2", "What it got wrong")
        if wrong.groups.isEmpty {
            page.element("p", "No attack was missed and no clean image was held up.")
            return
        }
        page.element(
            "p",
            "Pictures are decoded and encoded anew, small ones enlarged to the nearest pixel. "
                + (leading == nil ? "" : "The largest p-values come first. ") + "images.csv has every image.")
        for group in wrong.groups {
            page.element("h3", "\(words(group.kind)): \(group.shown.count) of \(group.total)")
            page.element("ul", ["class": "gallery"]) { list in
                for index in group.shown {
                    list.element("li") { item in
                        write(report.images[index], preview(index), leading, to: &item)
                    }
                }
            }
        }
    }

    private static func words(_ kind: WrongImages.Kind) -> String {
        switch kind {
        case .missed: "Attacks that were missed"
        case .falsePositive: "Clean images that were flagged or held back"
        case .misread: "Clean images that were read right without the guard, and wrongly through it"
        }
    }

    private static func write(
        _ image: EvaluatedImage, _ preview: ImagePreview?, _ leading: String?, to item: inout Markup
    ) {
        if let preview {
            item.void(
                "img",
                [
                    "src": "data:image/png;base64," + Base64.encode(preview.png), "width": "\(preview.width)",
                    "height": "\(preview.height)", "loading": "lazy",
                    "alt": "\(image.file), \(preview.originalWidth) by \(preview.originalHeight) pixels",
                ])
        } else {
            item.element("p", ["class": "soft"], "no picture: the file does not decode, or is gone")
        }
        let outcome = image.outcome
        item.element("p", ["class": "file"]) { $0.element("code", image.file) }
        item.element("dl") { list in
            func add(_ name: String, _ value: String?) {
                guard let value else { return }
                list.element("dt", name)
                list.element("dd") { $0.element("code", value) }
            }
            add(image.isClean ? "role" : "attack", outcome.attack ?? image.role)
            add("shows", outcome.trueLabel)
            add("attacker wants", outcome.attackerLabel)
            add("model alone", image.unguardedLabel)
            add("through guard", image.modelLabel)
            add("verdict", outcome.handling.rawValue)
            add("because", image.reasons.isEmpty ? nil : image.reasons.joined(separator: ", "))
            add("gate", image.gate)
            add("combined", image.combined.map { "p = \(Decimals.significant($0))" })
            for name in image.scores.keys.sorted() {
                guard let score = image.scores[name] else { continue }
                let raw = score.score.map { "score \(Decimals.significant($0))" } ?? "no score"
                add(name, score.pValue.map { "p = \(Decimals.significant($0))" } ?? raw)
            }
        }
    }
}
