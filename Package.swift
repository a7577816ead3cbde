// swift-tools-version: 6.2
import PackageDescription

/// Settings every target of ours has: warnings are errors, imports carry an access level.
let common: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The pixel path, from PixelCore to AdversarialDetectors, marks every unsafe operation.
let pixels: [SwiftSetting] = common + [.strictMemorySafety()]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "portcullis",
    products: [
        .executable(name: "portcullis", targets: ["PortcullisCLI"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // C: the codec libraries behind every setjmp, and the files the bare binary carries.
        .target(
            name: "CImageShim",
            linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg"), .linkedLibrary("z")]),
        .target(name: "CEmbeddedFiles", exclude: ["digit-weights.bin"]),
        // C: pixel loops that are built for several instruction sets.
        .target(name: "CPixelKernels"),

        // Pixels. No Foundation from here to AdversarialDetectors.
        .target(name: "PixelCore", swiftSettings: pixels, linkerSettings: [.linkedLibrary("m")]),
        .target(name: "PixelKernels", dependencies: ["CPixelKernels", "PixelCore"], swiftSettings: pixels),
        .target(name: "ImageCodecs", dependencies: ["CImageShim", "PixelCore"], swiftSettings: pixels),
        .target(
            name: "ImageDefenses", dependencies: ["ImageCodecs", "PixelCore", "PixelKernels"],
            swiftSettings: pixels),
        .target(
            name: "AdversarialDetectors",
            dependencies: ["ImageCodecs", "ImageDefenses", "PixelCore", "PixelKernels"],
            swiftSettings: pixels),

        // Decisions and records.
        .target(
            name: "AdmissionPolicy",
            dependencies: [
                "AdversarialDetectors", "CEmbeddedFiles", "ImageCodecs", "ImageDefenses", "PixelCore", crypto,
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: common),
        .target(name: "AuditTrail", dependencies: [crypto], swiftSettings: common),
        .target(
            name: "GuardPipeline",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "ImageCodecs", "ImageDefenses", "PixelCore", crypto,
            ],
            swiftSettings: common),
        .target(
            name: "ClassifierProtocols",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "GuardPipeline", "ImageCodecs", "PixelCore",
            ],
            swiftSettings: common),
        .target(
            name: "RobustnessEvaluation",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "GuardPipeline", "ImageCodecs", "PixelCore",
                crypto,
            ],
            swiftSettings: common),
        .target(
            name: "PortcullisProxy",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "ClassifierProtocols", "GuardPipeline",
                "ImageCodecs", "ImageDefenses", "PixelCore", nioCore, nioPosix, httpTypes, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common),
        .target(
            name: "DigitClassifier", dependencies: ["CEmbeddedFiles", "PixelCore"], swiftSettings: common),
        .executableTarget(
            name: "PortcullisCLI",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "CEmbeddedFiles", "ClassifierProtocols",
                "DigitClassifier", "GuardPipeline", "ImageCodecs", "ImageDefenses", "PixelCore", "PortcullisProxy",
                "RobustnessEvaluation", crypto, nioCore, nioPosix, nioHTTP1, httpTypes, logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: common),

        // Executables of the package's own use, without a product.
        .executableTarget(
            name: "HostileReplay", dependencies: ["ImageCodecs", "PixelCore"], swiftSettings: common),
        .target(
            name: "CCodecPeer",
            linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("jpeg"), .linkedLibrary("z")]),
        .executableTarget(
            name: "PortcullisBenchmarks",
            dependencies: [
                "AdversarialDetectors", "CCodecPeer", "DigitClassifier", "ImageCodecs", "ImageDefenses", "PixelCore",
                "RobustnessEvaluation",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: common),

        // Tests, one target beside each target; Scenarios may use loopback sockets and real time.
        .testTarget(name: "PixelCoreTests", dependencies: ["PixelCore"], swiftSettings: common),
        .testTarget(
            name: "PixelKernelsTests", dependencies: ["PixelCore", "PixelKernels"], exclude: ["Fixtures"],
            swiftSettings: common),
        .testTarget(
            name: "ImageCodecsTests", dependencies: ["ImageCodecs", "PixelCore"], exclude: ["Fixtures"],
            swiftSettings: common),
        .testTarget(
            name: "ImageDefensesTests",
            dependencies: ["ImageCodecs", "ImageDefenses", "PixelCore", "PixelKernels"], swiftSettings: common),
        .testTarget(
            name: "AdversarialDetectorsTests",
            dependencies: ["AdversarialDetectors", "ImageCodecs", "ImageDefenses", "PixelCore"],
            swiftSettings: common),
        .testTarget(
            name: "AdmissionPolicyTests",
            dependencies: ["AdmissionPolicy", "AdversarialDetectors", "ImageCodecs", "ImageDefenses", "PixelCore"],
            swiftSettings: common),
        .testTarget(name: "AuditTrailTests", dependencies: ["AuditTrail", crypto], swiftSettings: common),
        .testTarget(
            name: "GuardPipelineTests",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "ClassifierProtocols", "GuardPipeline", "ImageCodecs",
                "PixelCore",
            ],
            swiftSettings: common),
        .testTarget(
            name: "ClassifierProtocolsTests",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "ClassifierProtocols", "GuardPipeline",
                "ImageCodecs", "PixelCore",
            ],
            swiftSettings: common),
        .testTarget(
            name: "RobustnessEvaluationTests",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "GuardPipeline", "ImageCodecs", "PixelCore",
                "RobustnessEvaluation",
            ],
            swiftSettings: common),
        .testTarget(
            name: "PortcullisProxyTests",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "GuardPipeline", "ImageCodecs", "PixelCore",
                "PortcullisProxy", nioCore, nioHTTP1, nioEmbedded,
            ],
            swiftSettings: common),
        .testTarget(
            name: "DigitClassifierTests",
            dependencies: ["DigitClassifier", "ImageCodecs", "PixelCore"], exclude: ["Fixtures"],
            swiftSettings: common),
        .testTarget(
            name: "PortcullisCLITests",
            dependencies: [
                "AdmissionPolicy", "AdversarialDetectors", "AuditTrail", "ClassifierProtocols", "DigitClassifier",
                "GuardPipeline", "ImageCodecs", "ImageDefenses", "PixelCore", "PortcullisCLI", "PortcullisProxy",
                "RobustnessEvaluation", logging, .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "PortcullisBenchmarksTests",
            dependencies: [
                "AdversarialDetectors", "ImageCodecs", "ImageDefenses", "PixelCore", "PortcullisBenchmarks",
                "RobustnessEvaluation",
            ],
            swiftSettings: common),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "AdmissionPolicy", "AuditTrail", "ClassifierProtocols", "DigitClassifier", "GuardPipeline",
                "ImageCodecs", "PixelCore", "PortcullisProxy", "RobustnessEvaluation", nioCore, nioPosix, nioHTTP1,
                logging,
            ],
            path: "Tests/Scenarios", swiftSettings: common),
    ]
)

// PORTCULLIS_FUZZ=1 leaves the codecs, the policy, their fuzzers and the hostile replay: sanitized builds of these take
// seconds, of everything minutes. A fuzzer has no main of its own, so that it builds with `--sanitize fuzzer` alone.
if Context.environment["PORTCULLIS_FUZZ"] != nil {
    let kept: Set<String> = [
        "CImageShim", "CEmbeddedFiles", "CPixelKernels", "PixelCore", "PixelKernels", "ImageCodecs", "ImageDefenses",
        "AdversarialDetectors", "AdmissionPolicy", "HostileReplay",
    ]
    let fuzzed: [(name: String, targets: [Target.Dependency])] = [
        ("FuzzImageDecoder", ["ImageCodecs"]), ("FuzzHeaderScanner", ["ImageCodecs"]),
        ("FuzzPolicyDecoder", ["AdmissionPolicy", "AdversarialDetectors"]),
    ]
    package.products = []
    package.dependencies.removeAll { dependency in
        guard case .sourceControl(_, let location, _) = dependency.kind else { return true }
        return !location.hasSuffix("/Yams") && !location.hasSuffix("/swift-crypto")
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.targets += fuzzed.map { fuzzer in
        .executableTarget(
            name: fuzzer.name, dependencies: fuzzer.targets + ["PixelCore"],
            swiftSettings: common + [.unsafeFlags(["-parse-as-library"])])
    }
}

// A container build has no use for tests, and its context holds none.
if Context.environment["PORTCULLIS_NO_TESTS"] != nil {
    package.targets.removeAll { $0.type == .test }
}
