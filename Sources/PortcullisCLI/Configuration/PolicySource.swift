import AdmissionPolicy
import PixelCore

/// Finds policies: built-in ones by name, others by path.
enum PolicySource {
    /// The policy that holds where none is named.
    static let defaultName = "balanced"
    /// Largest policy file in bytes.
    static let limitBytes = 4 << 20

    /// The checked policy that `name` means: a built-in one, or the file at that path.
    ///
    /// A calibration that it names is read from the folder of the policy file. Throws `CommandFailure` with every mistake
    /// of the policy.
    static func load(_ name: String) throws(CommandFailure) -> PolicyPlan {
        do throws(PolicyMistakes) {
            return try plan(name)
        } catch {
            throw failure(error)
        }
    }

    /// The same for a policy that is about to be calibrated: its calibrations are not read, and rules that need one are no
    /// mistake. Such a plan decides nothing; it is for `RoutePlan.measured`.
    static func loadForCalibration(_ name: String) throws(CommandFailure) -> PolicyPlan {
        do throws(PolicyMistakes) {
            guard let text = PolicyLoader.builtInText(name) else {
                return try PolicyLoader.loadForCalibration(bytes: try bytes(name), origin: name)
            }
            return try PolicyLoader.loadForCalibration(bytes: text, origin: "built-in:\(name)")
        } catch {
            throw failure(error)
        }
    }

    /// The checked policy that `name` means, with all its mistakes as they are.
    static func plan(_ name: String) throws(PolicyMistakes) -> PolicyPlan {
        if let plan = try PolicyLoader.builtIn(name) { return plan }
        return try PolicyLoader.load(
            bytes: try bytes(name), origin: name,
            readCalibration: { calibration in
                BoundedFile.read(path(calibration, besidePolicy: name), limit: CalibrationReader.limitBytes)
                    .mapError { CalibrationFault(reason: $0.reason) }
            })
    }

    /// Where the file is that the policy at `policy` calls `name`: in the policy's folder, unless the name says it all.
    static func path(_ name: String, besidePolicy policy: String) -> String {
        guard !name.hasPrefix("/"), let slash = policy.lastIndex(of: "/") else { return name }
        return policy[...slash] + name
    }

    private static func failure(_ mistakes: PolicyMistakes) -> CommandFailure {
        .configuration("the policy has mistakes\n  " + PolicyText.lines(mistakes).joined(separator: "\n  "))
    }

    /// The bytes of the policy file at `path`, as a mistake where there are none.
    static func bytes(_ path: String) throws(PolicyMistakes) -> [UInt8] {
        switch BoundedFile.read(path, limit: limitBytes) {
        case .success(let bytes): return bytes
        case .failure(let error):
            var message = error.reason
            if !path.contains("/"), !path.contains(".") {
                let names = PolicyLoader.builtInNames
                let nearest = NearestName.nearest(to: path, in: names).map { "did you mean \($0)? " } ?? ""
                message += "; \(nearest)built-in policies are \(names.joined(separator: ", "))"
            }
            throw PolicyMistakes(origin: path, mistakes: [PolicyMistake(line: 0, column: 0, message: message)])
        }
    }

    /// The route of `plan` that is called `name`; where none is named, the one that inspects what is posted to `path`, or
    /// the first that inspects images.
    static func route(
        _ name: String?, of plan: PolicyPlan, at path: String? = nil
    ) throws(CommandFailure) -> RoutePlan {
        let inspecting = plan.routes.filter { $0.handling == .inspect }
        let names = inspecting.map(\.name).joined(separator: ", ")
        guard let name else {
            let matched = path.flatMap { plan.route(method: "POST", path: $0, host: nil) }
            if let matched, matched.handling == .inspect { return matched }
            if let first = inspecting.first { return first }
            throw .configuration("the policy \(plan.name) has no route that inspects images")
        }
        if let route = inspecting.first(where: { $0.name == name }) { return route }
        throw .usage("the policy \(plan.name) has no route \"\(name)\" that inspects images; it has \(names)")
    }
}
