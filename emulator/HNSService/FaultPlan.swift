package import HNSEmulator

/// What goes wrong with a call that is made to fail.
package enum Fault: Hashable, Sendable {
  /// The call is refused with the code, and nothing is done.
  case refused(HCNErrorCode)
  /// Half of what the call asks for is done, and then it is refused with the code.
  case halfDone(HCNErrorCode)
  /// The call is never answered, and nothing is done.
  case hanging
}

/// Which calls fail, so that a service can be made to look broken.
package struct FaultPlan: Sendable {
  private enum Occasion: Hashable, Sendable {
    /// That call alone, counted from 1.
    case nth(UInt64)
    /// Each call whose number divides by this one.
    case every(UInt64)
  }

  private struct Rule: Sendable {
    let pattern: FunctionPattern
    let occasion: Occasion
    let fault: Fault
    var calls: UInt64 = 0
  }

  private var rules: [Rule] = []

  /// Reads what `--fault` takes: `CALL:nth=N:WHAT` or `CALL:every=N:WHAT`.
  ///
  /// WHAT is `code=CODE`, `half`, `half:code=CODE` or `hang`; CODE is an HRESULT in hexadecimal or the name
  /// headers have for it. Half without a code is refused with E_FAIL. Each text counts the calls it is meant
  /// for on its own; where two fall on one call, the first counts.
  ///
  /// - Parameter texts: The texts.
  package init(_ texts: [String] = []) throws(PlanTextError) {
    for text in texts { rules.append(try Self.rule(text)) }
  }

  /// Whether no call fails.
  package var isEmpty: Bool { rules.isEmpty }

  /// What goes wrong with the next call of a function.
  ///
  /// - Parameter function: The name of the function.
  /// - Returns: The fault; nil where the call is carried out as it is.
  package mutating func fault(of function: String) -> Fault? {
    var result: Fault?
    for index in rules.indices where rules[index].pattern.matches(function) {
      rules[index].calls += 1
      let calls = rules[index].calls
      let isHit =
        switch rules[index].occasion {
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
      pattern: try FunctionPattern(parsing: parts[0], of: text), occasion: try occasion(parts[1], of: text),
      fault: try fault(Array(parts[2...]), of: text))
  }

  private static func occasion(_ text: Substring, of whole: String) throws(PlanTextError) -> Occasion {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = UInt64(parts[1]), (1...1_000_000_000_000).contains(number) else {
      throw PlanTextError(whole, "'\(text)' is no occasion; write nth=N or every=N with N from 1 on")
    }
    switch parts[0] {
    case "nth": return .nth(number)
    case "every": return .every(number)
    default: throw PlanTextError(whole, "'\(text)' is no occasion; write nth=N or every=N with N from 1 on")
    }
  }

  private static func fault(_ parts: [Substring], of whole: String) throws(PlanTextError) -> Fault {
    switch (parts[0], parts.count) {
    case ("hang", 1): return .hanging
    case ("half", 1): return .halfDone(.unspecifiedFailure)
    case ("half", 2): return .halfDone(try code(parts[1], of: whole))
    case (let part, 1) where part.hasPrefix("code="): return .refused(try code(part, of: whole))
    default:
      throw PlanTextError(whole, "what goes wrong is code=CODE, half, half:code=CODE or hang")
    }
  }

  private static func code(_ text: Substring, of whole: String) throws(PlanTextError) -> HCNErrorCode {
    guard text.hasPrefix("code=") else {
      throw PlanTextError(
        whole, "'\(text)' is no code; write code=0x803b0013 or code=HCN_E_PORT_ALREADY_EXISTS")
    }
    let value = text.dropFirst(5)
    if value.lowercased().hasPrefix("0x"), let number = UInt32(value.dropFirst(2), radix: 16) {
      guard number >= 0x8000_0000 else {
        throw PlanTextError(whole, "\(value) is the code of a success; those of failures start at 0x80000000")
      }
      return HCNErrorCode(rawValue: number)
    }
    if value == "E_FAIL" { return .unspecifiedFailure }
    guard let known = HCNErrorCode.catalogue.first(where: { $0.name == value }) else {
      throw PlanTextError(
        whole, "'\(value)' is no code; write it in hexadecimal, or as headers do: HCN_E_PORT_ALREADY_EXISTS")
    }
    return known.code
  }
}

extension HCNErrorCode {
  /// `E_FAIL`: Unspecified error.
  package static let unspecifiedFailure = HCNErrorCode(rawValue: 0x8000_4005)
}
