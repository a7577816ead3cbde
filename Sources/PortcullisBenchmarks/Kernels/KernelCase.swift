import PixelCore

/// One operation that a peer has too, and what we are held to.
struct KernelCase {
    /// What the peer runs.
    struct Peer {
        /// The name that `scripts/kernel-peer.py` knows.
        let operation: String
        /// The package whose version stands in the table.
        let package: String
        /// What it is called in tables, before the version.
        let title: String
        /// The operation's arguments for an image of this extent.
        let arguments: (PixelShape) -> [String: KernelPeer.Argument]
    }

    /// What it is called in tables.
    let name: String
    /// The short form of our defense for an image of this extent.
    let form: (PixelShape) -> String
    /// The other side.
    let peer: Peer
    /// The least that the peer's time by ours may be; nil where it is only told.
    let target: Double?
    /// The images that it is measured on.
    let images: [KernelImage]
    /// True where the figure is for each pixel of the result.
    var countsResult = false

    /// The name of its row for `image`.
    func name(on image: KernelImage) -> String { "\(name), \(image.name)" }

    /// The same operation, with the extent that it makes.
    static func resize(
        _ name: String, _ form: @escaping (Int, Int) -> String, operation: String, on images: [KernelImage],
        countsResult: Bool, to size: @escaping (PixelShape) -> (width: Int, height: Int)
    ) -> KernelCase {
        KernelCase(
            name: name, form: { form(size($0).width, size($0).height) },
            peer: Peer(operation: operation, package: "opencv-python-headless", title: "OpenCV") {
                ["width": .integer(size($0).width), "height": .integer(size($0).height)]
            },
            target: 1, images: images, countsResult: countsResult)
    }
}

extension KernelCase {
    /// Everything that the table `kernels` measures, with the bounds that the project set itself.
    static var all: [KernelCase] { openCV + resizing + others + toolbox }

    private static var grey: [KernelImage] { KernelImage.all.filter { $0.shape.channels == 1 } }
    private static var colour: [KernelImage] { KernelImage.all.filter { $0.shape.channels == 3 } }
    /// A model's input, which the Toolbox is compared on.
    private static var input: [KernelImage] { KernelImage.all.filter { $0.shape.width == 224 } }

    private static func openCV(_ operation: String, _ arguments: [String: KernelPeer.Argument]) -> Peer {
        Peer(operation: "cv2.\(operation)", package: "opencv-python-headless", title: "OpenCV \(operation)") { _ in
            arguments
        }
    }

    private static var openCV: [KernelCase] {
        let nlMeans = openCV("fastNlMeans", ["patch": 3, "search": 13, "strength": 2])
        return [
            KernelCase(
                name: "median 3×3", form: { _ in "median(3)" }, peer: openCV("medianBlur", ["window": 3]), target: 1,
                images: KernelImage.all),
            KernelCase(
                name: "median 5×5", form: { _ in "median(5)" }, peer: openCV("medianBlur", ["window": 5]), target: 1,
                images: KernelImage.all),
            KernelCase(
                name: "bilateral, diameter 5", form: { _ in "bilateral(5,50,50)" },
                peer: openCV("bilateralFilter", ["diameter": 5, "color": 50, "space": 50]), target: 1,
                images: KernelImage.all),
            KernelCase(
                name: "Gaussian 5×5, sigma 0.7", form: { _ in "gaussian(0.7,opencv)" },
                peer: openCV("GaussianBlur", ["window": 5, "sigma": 0.7]), target: 1.3, images: KernelImage.all),
            KernelCase(
                name: "Gaussian 7×7, sigma 1", form: { _ in "gaussian(1,opencv)" },
                peer: openCV("GaussianBlur", ["window": 7, "sigma": 1]), target: 1.3, images: KernelImage.all),
            KernelCase(
                name: "bit depth 5", form: { _ in "bit-depth(5)" }, peer: openCV("LUT", ["bits": 5]), target: 2,
                images: KernelImage.all),
            KernelCase(
                name: "non-local means 13-3-2, grey", form: { _ in "nl-means(13,3,2)" }, peer: nlMeans, target: 3,
                images: grey),
            KernelCase(
                name: "non-local means 13-3-2, colour", form: { _ in "nl-means(13,3,2)" }, peer: nlMeans, target: 3,
                images: colour),
        ]
    }

    private static var resizing: [KernelCase] {
        [
            .resize(
                "bilinear resize to 3/5, for each pixel of the result", { "resize(\($0),\($1),bilinear,opencv)" },
                operation: "cv2.resize bilinear", on: KernelImage.all, countsResult: true
            ) { ($0.width * 3 / 5, $0.height * 3 / 5) },
            .resize(
                "area resize to 1/2", { "resize(\($0),\($1),area)" }, operation: "cv2.resize area",
                on: KernelImage.all, countsResult: false
            ) { ($0.width / 2, $0.height / 2) },
            .resize(
                "area resize to 3/5", { "resize(\($0),\($1),area)" }, operation: "cv2.resize area",
                on: KernelImage.all, countsResult: false
            ) { ($0.width * 3 / 5, $0.height * 3 / 5) },
            .resize(
                "area resize to 224×224", { "resize(\($0),\($1),area)" }, operation: "cv2.resize area",
                on: KernelImage.all.filter { $0.shape.width > 224 }, countsResult: false
            ) { _ in (224, 224) },
        ]
    }

    private static var others: [KernelCase] {
        let wavelet: [String: KernelPeer.Argument] = ["wavelet": "db1", "levels": 3]
        func peer(_ package: String, _ operation: String, _ arguments: [String: KernelPeer.Argument]) -> Peer {
            Peer(
                operation: operation, package: package, title: package == "PyWavelets" ? "PyWavelets" : "scikit-image"
            ) { _ in arguments }
        }
        return [
            KernelCase(
                name: "total variation, weight 0.1", form: { _ in "total-variation(0.1)" },
                peer: peer("scikit-image", "skimage.tv_chambolle", ["weight": 0.1]), target: 5,
                images: KernelImage.all),
            KernelCase(
                name: "wavelet shrinkage, Haar, beside PyWavelets", form: { _ in "wavelet(db1,bayes,0,3)" },
                peer: peer("PyWavelets", "pywt.bayes_shrink", wavelet), target: 3,
                images: KernelImage.all.filter { $0.shape.width > 28 }),
            KernelCase(
                name: "wavelet shrinkage, Haar, beside scikit-image", form: { _ in "wavelet(db1,bayes,0,3)" },
                peer: peer("scikit-image", "skimage.wavelet", wavelet), target: 3,
                images: KernelImage.all.filter { $0.shape.width > 28 }),
        ]
    }

    private static var toolbox: [KernelCase] {
        func make(
            _ name: String, _ form: String, _ preprocessor: String, _ arguments: [String: KernelPeer.Argument],
            _ target: Double
        ) -> KernelCase {
            KernelCase(
                name: name, form: { _ in form },
                peer: Peer(
                    operation: "art.\(preprocessor)", package: "adversarial-robustness-toolbox",
                    title: "ART \(preprocessor)"
                ) { _ in arguments },
                target: target, images: input)
        }
        return [
            make("median 3×3 beside ART", "median(3)", "SpatialSmoothing", ["window": 3], 20),
            make("bit depth 5 beside ART", "bit-depth(5)", "FeatureSqueezing", ["bits": 5], 10),
            make("JPEG, quality 75, beside ART", "jpeg(75)", "JpegCompression", ["quality": 75], 2.5),
            make(
                "masked total variation beside ART, both by the isotropic objective", VariationQuality.form,
                "TotalVarMin", VariationQuality.arguments, 5
            ),
        ]
    }
}
