import DigitClassifier

/// Sends every picture of the demo to the model directly and through the guard.
struct DemoPlay: Sendable {
    /// Where both are.
    let addresses: LocalGuard.Addresses
    /// Shared by all requests.
    let client: WebClient

    /// One row for each picture; `onRow` hears each as it comes. Throws when one of both cannot be reached.
    func run(onRow: (DemoRow) -> Void) async throws(WebClientError) -> [DemoRow] {
        var rows: [DemoRow] = []
        for example in DemoExample.all() {
            let request = WebRequest.post("/\(example.kind.rawValue)", example.bytes, type: "image/png")
            let direct = try await client.send(request, to: addresses.model)
            let guarded = try await client.send(request, to: addresses.guarded)
            let row = DemoRow(
                example: example, unguarded: DemoReading.text(direct.body),
                guarded: guarded.status == 200 ? DemoReading.text(guarded.body) : nil, verdict: Self.verdict(guarded))
            onRow(row)
            rows.append(row)
        }
        return rows
    }

    /// The demo's policy discloses its verdicts; without a header, the status tells.
    static func verdict(_ reply: WebReply) -> String {
        if let verdict = reply[header: "Portcullis-Verdict"] { return verdict }
        switch reply.status {
        case 200: return "forward"
        case 403: return "reject"
        default: return "error \(reply.status)"
        }
    }
}
