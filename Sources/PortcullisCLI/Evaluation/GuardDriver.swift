import AdmissionPolicy
import AdversarialDetectors
import AuditTrail
import ClassifierProtocols
import GuardPipeline

/// What a client of the guard saw for one image.
struct ClientView: Sendable {
    /// Position in the list of images.
    let index: Int
    /// HTTP status; nil when no answer came.
    let status: Int?
    /// The id of the request; nil when no answer came.
    let id: AuditID?
    /// What the answer reads, vectors joined without commas; nil when it holds no scores.
    let label: String?
    /// Why no answer came.
    let problem: String?
}

/// Sends images through a running guard, several at a time.
struct GuardDriver: Sendable {
    /// Shared by all requests.
    let client: WebClient
    /// The guard.
    let address: WebAddress
    /// The path that images go to; begins with a slash.
    let path: String
    /// Where the scores are in an answer.
    let scores: ScoreLocation
    /// Requests that are open at once.
    let concurrency: Int

    /// What the client saw for each of `items`, in their order.
    func run(_ items: [EvaluationImages.Item], onStep: () -> Void) async -> [ClientView] {
        await withTaskGroup(of: ClientView.self) { group in
            var views: [ClientView] = []
            views.reserveCapacity(items.count)
            for (index, item) in items.enumerated() {
                if index >= concurrency, let view = await group.next() {
                    views.append(view)
                    onStep()
                }
                group.addTask { await send(item, index: index) }
            }
            for await view in group {
                views.append(view)
                onStep()
            }
            return views.sorted { $0.index < $1.index }
        }
    }

    private func send(_ item: EvaluationImages.Item, index: Int) async -> ClientView {
        let bytes: [UInt8]
        switch BoundedFile.read(item.path, limit: ImagePath.limitBytes) {
        case .success(let content): bytes = content
        case .failure(let error):
            return ClientView(index: index, status: nil, id: nil, label: nil, problem: "\(item.path) \(error.reason)")
        }
        let type = ImagePath.mediaType(item.path) ?? "application/octet-stream"
        do throws(WebClientError) {
            let reply = try await client.send(.post(path, bytes, type: type), to: address)
            return ClientView(
                index: index, status: reply.status, id: reply[header: "Portcullis-Request-Id"].flatMap { AuditID($0) },
                label: label(in: reply), problem: (200..<500).contains(reply.status) ? nil : "status \(reply.status)")
        } catch {
            return ClientView(index: index, status: nil, id: nil, label: nil, problem: error.description)
        }
    }

    private func label(in reply: WebReply) -> String? {
        guard reply.status == 200 else { return nil }
        let answer = ProbeAnswer(status: reply.status, headers: reply.headers, body: reply.body)
        let scores = try? HTTPAnswerReader().scores(in: answer, at: scores)
        // The digits of an amount are joined by commas in records; manifests write amounts.
        return scores?.label.replacing(",", with: "")
    }
}
