import AdmissionPolicy

/// libFuzzer's entry: any bytes as a policy. A plan or a list of mistakes is fine; a crash, a hang or a leak is not.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPolicyDecoder(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let plan = try? PolicyLoader.load(bytes: bytes, origin: "fuzz") else { return 0 }
    _ = plan.route(method: "POST", path: "/cheque", host: "host")
    for route in plan.routes {
        _ = route.decide(DecisionInput(signals: [], facts: nil, pixels: 0, answer: nil))
    }
    return 0
}
