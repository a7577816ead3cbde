package import AdmissionPolicy
package import ImageCodecs

/// One image for stages 3 to 8, with what they need to know about the request that brought it.
package struct InspectionRequest: Sendable {
    /// The route that took the request.
    package let route: RoutePlan
    /// The encoded image, whole.
    package let body: [UInt8]
    /// The `Content-Type` as it came; nil when there was none.
    package let contentType: String?
    /// Who asked, for fair shares of the call budget: an address or a key's id.
    package let client: String
    /// Monotonic seconds at arrival, for detectors with memory.
    package let nowSeconds: Double
    /// When the client's patience or the server's ends.
    package let deadline: ContinuousClock.Instant
    /// Why the request holds no image that can be judged; nil where `body` is one, or may be.
    package let fault: CodecError?

    /// A request, each member named.
    package init(
        route: RoutePlan, body: [UInt8], contentType: String?, client: String, nowSeconds: Double,
        deadline: ContinuousClock.Instant, fault: CodecError? = nil
    ) {
        self.route = route
        self.body = body
        self.contentType = contentType
        self.client = client
        self.nowSeconds = nowSeconds
        self.deadline = deadline
        self.fault = fault
    }
}
