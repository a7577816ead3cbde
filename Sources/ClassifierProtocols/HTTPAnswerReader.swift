package import AdmissionPolicy
package import AdversarialDetectors
internal import AuditTrail
package import GuardPipeline

/// Reads scores from a JSON answer: a label→probability map, a probability array, or what a JSON pointer leads to.
package struct HTTPAnswerReader: AnswerReader {
    /// A reader; it has no state.
    package init() {}

    /// The vectors at `location`; nil when the location is `absent`. Throws when the body is no JSON or holds none.
    package func scores(in answer: ProbeAnswer, at location: ScoreLocation) throws(AnswerError) -> ModelAnswer? {
        if location == .absent { return nil }
        let root: JSONValue
        do throws(JSONParser.Failure) {
            root = try JSONParser.parse(answer.body)
        } catch {
            throw AnswerError(detail: "the answer is not JSON: \(error.problem.rawValue) at byte \(error.offset)")
        }
        let vectors: [ScoreVector]
        switch location {
        case .absent:
            return nil
        case .automatic:
            vectors = ScoreShapes.find(in: root)
        case .labelMap(let pointer):
            vectors = try pointed(pointer, in: root, ScoreShapes.labelMap)
        case .array(let pointer, let labels):
            vectors = try pointed(pointer, in: root) { ScoreShapes.array($0, labels: labels) }
        }
        guard !vectors.isEmpty else { throw AnswerError(detail: "the answer holds no scores") }
        return ModelAnswer(vectors: vectors)
    }

    private func pointed(
        _ text: String, in root: JSONValue, _ read: (JSONValue) -> ScoreVector?
    ) throws(AnswerError) -> [ScoreVector] {
        guard let pointer = JSONPointer(text) else { throw AnswerError(detail: "\(text) is no JSON pointer") }
        let values: [JSONValue]
        do throws(AnswerPathError) {
            values = try pointer.values(in: root)
        } catch {
            throw AnswerError(detail: "\(text) leads nowhere: no \(error.missing)")
        }
        var vectors: [ScoreVector] = []
        for value in values {
            guard let vector = read(value) else { throw AnswerError(detail: "\(text) does not hold probabilities") }
            vectors.append(vector)
        }
        return vectors
    }
}

/// The shapes in which classifiers write scores.
enum ScoreShapes {
    /// Keys under which an automatic search looks, in order.
    static let usualKeys = ["probabilities", "scores", "predictions", "outputs"]

    /// An object whose members are all numbers, labels in alphabetical order; nil otherwise.
    static func labelMap(_ value: JSONValue) -> ScoreVector? {
        guard case .object(let members) = value else { return nil }
        var labels: [String] = []
        var values: [Double] = []
        for member in members.sorted(by: { $0.key < $1.key }) {
            guard case .number(let number) = member.value else { return nil }
            labels.append(member.key)
            values.append(number)
        }
        return ScoreVector(labels: labels, values: values)
    }

    /// An array of numbers; `labels` names them where their count fits, positions do otherwise.
    static func array(_ value: JSONValue, labels: [String] = []) -> ScoreVector? {
        guard case .array(let members) = value else { return nil }
        var values: [Double] = []
        for member in members {
            guard case .number(let number) = member else { return nil }
            values.append(number)
        }
        let names = labels.count == values.count ? labels : values.indices.map(String.init)
        return ScoreVector(labels: names, values: values)
    }

    /// An array of objects with `label` and `score`, as Hugging Face servers answer.
    static func labelScorePairs(_ value: JSONValue) -> ScoreVector? {
        guard case .array(let members) = value else { return nil }
        var pairs: [(String, Double)] = []
        for member in members {
            guard let label = member["label"]?.string, let score = member["score"]?.number else { return nil }
            pairs.append((label, score))
        }
        return ScoreVector(labels: pairs.map(\.0), values: pairs.map(\.1))
    }

    /// The first shape that fits, at the root or under one of the usual keys; empty when none does.
    ///
    /// What is found without being named must look like probabilities: an answer of a class number and a run time is an
    /// object of numbers too.
    static func find(in root: JSONValue) -> [ScoreVector] {
        if let vector = likely(root) { return [vector] }
        if case .array(let members) = root, !members.isEmpty {
            let vectors = members.compactMap(likely)
            return vectors.count == members.count ? vectors : []
        }
        for key in usualKeys {
            if let value = root[key] {
                let found = find(in: value)
                if !found.isEmpty { return found }
                let tensors = tensors(value)
                if !tensors.isEmpty { return tensors }
            }
        }
        return []
    }

    /// The outputs of the Open Inference Protocol that hold floating-point numbers which look like probabilities, one vector or a
    /// list of them each; empty for anything else.
    private static func tensors(_ value: JSONValue) -> [ScoreVector] {
        guard case .array(let outputs) = value else { return [] }
        return outputs.flatMap { output -> [ScoreVector] in
            guard output["datatype"]?.string?.hasPrefix("FP") == true, let data = output["data"] else { return [] }
            if let vector = likely(data) { return [vector] }
            guard case .array(let rows) = data, !rows.isEmpty else { return [] }
            let vectors = rows.compactMap(likely)
            return vectors.count == rows.count ? vectors : []
        }
    }

    /// A vector whose values lie in 0...1 and sum to at most 1, but for rounding.
    private static func likely(_ value: JSONValue) -> ScoreVector? {
        guard let vector = labelMap(value) ?? array(value) ?? labelScorePairs(value),
            vector.values.allSatisfy({ (0...1.001).contains($0) }), vector.values.reduce(0, +) <= 1.01
        else { return nil }
        return vector
    }
}
