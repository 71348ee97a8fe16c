package import HNSEmulator

/// The functions a latency or a fault applies to.
package enum FunctionPattern: Hashable, Sendable {
  /// Every function; `*`.
  case every
  /// The function with that name.
  case named(String)

  /// Parses `*` or the name of a function, case-insensitively.
  init(parsing text: Substring, of whole: String) throws(PlanTextError) {
    if text == "*" {
      self = .every
      return
    }
    let lowered = text.lowercased()
    guard let name = ServiceCall.functions.first(where: { $0.lowercased() == lowered }) else {
      throw PlanTextError(
        whole,
        "'\(text)' is not a service function; name one such as HcnCreateEndpoint or HNSCall, or * for all"
      )
    }
    self = .named(name)
  }

  /// Whether the pattern matches a function.
  ///
  /// - Parameter function: The name of the function.
  func matches(_ function: String) -> Bool {
    switch self {
    case .every: true
    case .named(let name): name == function
    }
  }
}

extension ServiceCall {
  /// The names of the functions clients can call, by kind of object and in lifecycle order.
  package static let functions: [String] =
    HCNObjectKind.allCases.flatMap { kind in
      let name = kind.functionName
      return [
        "HcnEnumerate\(name)s", "HcnCreate\(name)", "HcnOpen\(name)", "HcnModify\(name)",
        "HcnQuery\(name)Properties", "HcnDelete\(name)",
      ]
    } + ["HcnQueryEndpointStats", "HcnQueryEndpointAddresses", "HNSCall"]
}
