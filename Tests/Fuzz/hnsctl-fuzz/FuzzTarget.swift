import Glibc

/// What is fuzzed; `HNSCTL_FUZZ_TARGET` names the one of this run.
enum FuzzTarget: String, CaseIterable {
  case calls, cycle, packets, plan, profile, state, tests

  /// Runs one input; the process ends if an invariant is broken.
  ///
  /// - Parameter input: The input.
  func run(_ input: [UInt8]) {
    switch self {
    case .calls: fuzzCalls(input)
    case .cycle: fuzzCycle(input)
    case .packets: fuzzPackets(input)
    case .plan: fuzzPlan(input)
    case .profile: fuzzProfile(input)
    case .state: fuzzState(input)
    case .tests: fuzzTests(input)
    }
  }

  /// The target of this run.
  static let chosen: FuzzTarget = {
    let name = getenv("HNSCTL_FUZZ_TARGET").map { String(cString: $0) }
    guard let target = name.flatMap(FuzzTarget.init) else {
      complain("HNSCTL_FUZZ_TARGET must be one of \(allCases.map(\.rawValue).joined(separator: ", "))")
      exit(64)
    }
    return target
  }()
}

/// libFuzzer calls this with each input.
///
/// - Parameters:
///   - start: The first byte of the input.
///   - count: How many bytes it has.
/// - Returns: Always 0, as libFuzzer requires.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// Ends the process with a message unless a condition holds.
///
/// - Parameters:
///   - condition: The condition.
///   - message: What is wrong if it does not hold.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  guard !condition else { return }
  complain("does not hold: \(message())")
  abort()
}

private func complain(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// Uses a value, so that the optimizer does not remove the computation of it.
///
/// - Parameter value: The value.
@inline(never) @_optimize(none)
func use<Value>(_ value: Value) {}
