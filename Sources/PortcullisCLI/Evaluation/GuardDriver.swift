import AdmissionPolicy
import AdversarialDetectors
import AuditTrail
import ClassifierProtocols
import GuardPipeline

/// What a client saw for one image.
struct ClientView: Sendable {
    /// Position in the list of images.
    let index: Int
    /// HTTP status; nil when no answer came.
    var status: Int?
    /// The id of the request; nil when no answer came, or none of a guard.
    var id: AuditID?
    /// What the answer reads, vectors joined by commas; nil when it holds no scores.
    var label: String?
    /// From the request to the last byte of the answer; nil when none came.
    var milliseconds: Double?
    /// Why no answer came.
    var problem: String?
}

/// Sends images to a guard or to a model, several at a time.
struct GuardDriver: Sendable {
    /// Shared by all requests.
    let client: WebClient
    /// The guard or the model.
    let address: WebAddress
    /// The path that images go to; begins with a slash.
    let path: String
    /// Where the scores are in an answer.
    let scores: ScoreLocation
    /// Requests that are open at once.
    let concurrency: Int

    /// What the client saw for each of `items`, in their order; fewer once the task is cancelled.
    func run(_ items: [EvaluationImages.Item], onStep: () -> Void) async -> [ClientView] {
        await withTaskGroup(of: ClientView.self) { group in
            var views: [ClientView] = []
            views.reserveCapacity(items.count)
            for (index, item) in items.enumerated() {
                if index >= concurrency, let view = await group.next() {
                    views.append(view)
                    onStep()
                }
                if Task.isCancelled { break }
                group.addTask { await send(item, index: index) }
            }
            for await view in group {
                views.append(view)
                onStep()
            }
            return views.sorted { $0.index < $1.index }
        }
    }

    /// What the client sees for one image.
    func send(_ item: EvaluationImages.Item, index: Int) async -> ClientView {
        var view = ClientView(index: index)
        let bytes: [UInt8]
        switch BoundedFile.read(item.path, limit: ImagePath.limitBytes) {
        case .success(let content): bytes = content
        case .failure(let error):
            view.problem = "the file \(error.reason)"
            return view
        }
        let type = ImagePath.mediaType(item.path) ?? "application/octet-stream"
        let start = ContinuousClock.now
        do throws(WebClientError) {
            let reply = try await client.send(.post(path, bytes, type: type), to: address)
            view.milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
            view.status = reply.status
            view.id = reply[header: "Portcullis-Request-Id"].flatMap { AuditID($0) }
            view.label = label(in: reply)
            if !(200..<500).contains(reply.status) { view.problem = "status \(reply.status)" }
        } catch {
            view.problem = error.description
        }
        return view
    }

    private func label(in reply: WebReply) -> String? {
        guard reply.status == 200 else { return nil }
        let answer = ProbeAnswer(status: reply.status, headers: reply.headers, body: reply.body)
        return (try? HTTPAnswerReader().scores(in: answer, at: scores))?.label
    }
}
