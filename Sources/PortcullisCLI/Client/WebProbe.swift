import GuardPipeline

/// Asks a model over HTTP, for `inspect` and `doctor`.
struct WebProbe: ClassifierProbe {
    /// Shared by all probes of a command.
    let client: WebClient
    /// Where the model is.
    let upstream: WebAddress
    /// The path it answers at; begins with a slash.
    let path: String
    /// Of the client's own bytes.
    let mediaType: String

    func ask(_ question: ProbeQuestion) async throws(ProbeError) -> ProbeAnswer {
        var request = WebRequest.post(path, question.body, type: question.mediaType ?? mediaType)
        if case .copy(let index, let total) = question.purpose {
            request.headers.append(("Portcullis-Copy", "\(index)/\(total)"))
        }
        do throws(WebClientError) {
            let reply = try await client.send(request, to: upstream)
            return ProbeAnswer(status: reply.status, headers: reply.headers, body: reply.body)
        } catch {
            switch error {
            case .unreachable(_, let detail): throw .unreachable(detail: detail)
            case .broken(_, let detail): throw .broken(detail: detail)
            case .timedOut: throw .timedOut
            case .tooLarge(_, let limit): throw .answerTooLarge(limit: limit)
            case .cancelled: throw .cancelled
            }
        }
    }
}
