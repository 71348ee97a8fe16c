package import HNSEmulator

/// The way in which a call fails.
package enum Fault: Hashable, Sendable {
  /// The call is refused with the code, and has no effect.
  case refused(HCNErrorCode)
  /// Half of what the call asks for is done, and then it is refused with the code.
  case partial(HCNErrorCode)
  /// The call is never answered, and nothing is done.
  case hanging
}

/// Which calls fail, to simulate a faulty service.
package struct FaultPlan: Sendable {
  private enum Trigger: Hashable, Sendable {
    /// That call only, counted from 1.
    case nth(UInt64)
    /// Each call whose number is divisible by this one.
    case every(UInt64)
  }

  private struct Rule: Sendable {
    let pattern: FunctionPattern
    let trigger: Trigger
    let fault: Fault
    var calls: UInt64 = 0
  }

  private var rules: [Rule] = []

  /// Parses `--fault`: `CALL:nth=N:WHAT` or `CALL:every=N:WHAT`.
  ///
  /// WHAT is `code=CODE`, `half`, `half:code=CODE` or `hang`; CODE is an HRESULT in hexadecimal or its
  /// symbolic name. `half` without a code fails with E_FAIL. Each text counts its own calls; if two apply to
  /// one call, the first takes effect.
  ///
  /// - Parameter texts: The texts.
  package init(_ texts: [String] = []) throws(PlanTextError) {
    for text in texts { rules.append(try Self.rule(text)) }
  }

  /// Whether no call fails.
  package var isEmpty: Bool { rules.isEmpty }

  /// The fault of the next call of a function.
  ///
  /// - Parameter function: The name of the function.
  /// - Returns: The fault; nil for none.
  package mutating func fault(of function: String) -> Fault? {
    var result: Fault?
    for index in rules.indices where rules[index].pattern.matches(function) {
      rules[index].calls += 1
      let calls = rules[index].calls
      let isHit =
        switch rules[index].trigger {
        case .nth(let number): calls == number
        case .every(let number): calls % number == 0
        }
      if isHit { result = result ?? rules[index].fault }
    }
    return result
  }
}

extension FaultPlan {
  private static func rule(_ text: String) throws(PlanTextError) -> Rule {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3 else {
      throw PlanTextError(text, "a fault is CALL:nth=N:WHAT, such as HcnCreateEndpoint:nth=3:code=0x803b0013")
    }
    return Rule(
      pattern: try FunctionPattern(parsing: parts[0], of: text), trigger: try trigger(parts[1], of: text),
      fault: try fault(Array(parts[2...]), of: text))
  }

  private static func trigger(_ text: Substring, of whole: String) throws(PlanTextError) -> Trigger {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = UInt64(parts[1]), (1...1_000_000_000_000).contains(number) else {
      throw PlanTextError(whole, "'\(text)' selects no calls; write nth=N or every=N, N at least 1")
    }
    switch parts[0] {
    case "nth": return .nth(number)
    case "every": return .every(number)
    default: throw PlanTextError(whole, "'\(text)' selects no calls; write nth=N or every=N, N at least 1")
    }
  }

  private static func fault(_ parts: [Substring], of whole: String) throws(PlanTextError) -> Fault {
    switch (parts[0], parts.count) {
    case ("hang", 1): return .hanging
    case ("half", 1): return .partial(.unspecifiedFailure)
    case ("half", 2): return .partial(try code(parts[1], of: whole))
    case (let part, 1) where part.hasPrefix("code="): return .refused(try code(part, of: whole))
    default:
      throw PlanTextError(whole, "the fault must be code=CODE, half, half:code=CODE or hang")
    }
  }

  private static func code(_ text: Substring, of whole: String) throws(PlanTextError) -> HCNErrorCode {
    guard text.hasPrefix("code=") else {
      throw PlanTextError(
        whole, "'\(text)' is not an error code; write code=0x803b0013 or code=HCN_E_PORT_ALREADY_EXISTS")
    }
    let value = text.dropFirst(5)
    if value.lowercased().hasPrefix("0x"), let number = UInt32(value.dropFirst(2), radix: 16) {
      guard number >= 0x8000_0000 else {
        throw PlanTextError(whole, "\(value) is a success code; error codes start at 0x80000000")
      }
      return HCNErrorCode(rawValue: number)
    }
    if value == "E_FAIL" { return .unspecifiedFailure }
    guard let known = HCNErrorCode.catalogue.first(where: { $0.name == value }) else {
      throw PlanTextError(
        whole, "'\(value)' is not a code; write it in hexadecimal, or by name: HCN_E_PORT_ALREADY_EXISTS")
    }
    return known.code
  }
}

extension HCNErrorCode {
  /// `E_FAIL`: Unspecified error.
  package static let unspecifiedFailure = HCNErrorCode(rawValue: 0x8000_4005)
}
