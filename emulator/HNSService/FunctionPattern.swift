package import HNSEmulator

/// Which functions a latency or a fault is meant for.
package enum FunctionPattern: Hashable, Sendable {
  /// Every function; `*`.
  case every
  /// The function of that name.
  case named(String)

  /// Reads `*` or the name of a function, in any case.
  init(parsing text: Substring, of whole: String) throws(PlanTextError) {
    if text == "*" {
      self = .every
      return
    }
    let lowered = text.lowercased()
    guard let name = ServiceCall.functions.first(where: { $0.lowercased() == lowered }) else {
      throw PlanTextError(
        whole,
        "'\(text)' is no function of the service; name one such as HcnCreateEndpoint or HNSCall, or * for all"
      )
    }
    self = .named(name)
  }

  /// Whether a function is meant.
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
  /// The names of the functions clients can call, by kind of object and in the order of a life.
  package static let functions: [String] =
    HCNObjectKind.allCases.flatMap { kind in
      let name = kind.functionName
      return [
        "HcnEnumerate\(name)s", "HcnCreate\(name)", "HcnOpen\(name)", "HcnModify\(name)",
        "HcnQuery\(name)Properties", "HcnDelete\(name)",
      ]
    } + ["HcnQueryEndpointStats", "HcnQueryEndpointAddresses", "HNSCall"]
}
