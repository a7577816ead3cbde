package import AdmissionPolicy
package import GuardPipeline

/// Runs encoded images through the very stages that requests run through.
package struct ImageJudge: Sendable {
    /// The route that stands for all images.
    package let route: RoutePlan
    private let requestGuard: RequestGuard
    private let makeProbe: @Sendable (_ mediaType: String) -> any ClassifierProbe

    /// A judge by `route`; `makeProbe` makes what asks the model about bytes of a media type.
    package init(
        route: RoutePlan, requestGuard: RequestGuard,
        makeProbe: @escaping @Sendable (_ mediaType: String) -> any ClassifierProbe
    ) {
        self.route = route
        self.requestGuard = requestGuard
        self.makeProbe = makeProbe
    }

    /// The same by another route.
    package func with(route: RoutePlan) -> ImageJudge {
        ImageJudge(route: route, requestGuard: requestGuard, makeProbe: makeProbe)
    }

    /// Longest time for one image.
    private static let patience = Duration.seconds(300)

    /// What the stages make of `bytes`; `mediaType` is what a client would declare, nil for nothing. In monitor mode the
    /// judgement is complete too: later tiers have spoken.
    package func judge(_ bytes: [UInt8], mediaType: String?) async -> Judgement {
        let request = InspectionRequest(
            route: route, body: bytes, contentType: mediaType, client: "local", nowSeconds: 0,
            deadline: ContinuousClock.now.advanced(by: Self.patience))
        return await requestGuard.run(request, probe: makeProbe(mediaType ?? "application/octet-stream")) { _ in }
    }
}
