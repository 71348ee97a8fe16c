import Diagnostics
import Manifests
import NetworkTypes

/// What is wrong with the value of a parameter.
struct ParameterProblem: Error {
  /// What is wrong, as a sentence.
  var message: String
  /// The value, or the part of it, that is wrong.
  var location: SourceRange
  /// What to write instead, if that is known.
  var help: String?
}

extension AuditParameter.Kind {
  /// Checks that a value is of this kind.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - name: The name of the parameter as the user wrote it.
  func check(_ value: ManifestValue, of name: String) throws(ParameterProblem) {
    func require(_ isValid: Bool) throws(ParameterProblem) {
      if !isValid { throw problem(value, name) }
    }
    switch self {
    case .quantity: try require(Quantity(value) != nil)
    case .pattern: try require(value.text.map { ImagePattern($0) != nil } ?? false)
    case .truth: try require(value.truth != nil)
    case .port: try require(value.integer.map { (0...65535).contains($0) } ?? false)
    case .windowsUser:
      try require(["containeruser", "containeradministrator"].contains(value.text?.lowercased()))
    case .texts: try checkElements(of: value, name) { (_, _) throws(ParameterProblem) in }
    case .addresses, .addressRanges:
      try checkElements(of: value, name) { (text, location) throws(ParameterProblem) in
        if let problem = AddressProblem(
          text, shown: text, kind: "an address", wildcard: "write '0.0.0.0/0' for every IPv4 address")
        {
          throw ParameterProblem(message: problem.message, location: location, help: problem.help)
        }
        if self == .addresses, IPAddress(text) == nil {
          throw ParameterProblem(
            message: "'\(text)' is not a single address", location: location,
            help: "list each address of '\(name)'")
        }
      }
    case .ports:
      try checkElements(of: value, name) { (text, location) throws(ParameterProblem) in
        // What the policies list where no port is allowed.
        if text == "-1" { return }
        try Self.checkPorts(text, at: location)
      }
    case .idRule:
      try require(value.isMap)
      guard let rule = value["rule"] else { throw problem(value, name) }
      try Self.idRuleName.check(rule, of: "rule")
      try checkRanges(value["ranges"], name)
    case .idRuleName:
      try require(IDRule.Kind.allCases.contains { $0.rawValue.lowercased() == value.text?.lowercased() })
    case .idRanges: try checkRanges(value["ranges"] ?? value, name)
    case .hostPaths:
      let list = value["paths"] ?? value
      try require(list.isList)
      for element in list.elements where (element["pathPrefix"] ?? element).scalarText == nil {
        throw problem(element, name)
      }
    }
  }

  private func checkElements(
    of value: ManifestValue, _ name: String,
    _ body: (_ text: String, _ location: SourceRange) throws(ParameterProblem) -> Void
  ) throws(ParameterProblem) {
    guard value.isList else { throw problem(value, name) }
    for element in value.elements {
      guard let text = element.scalarText else { throw problem(element, name) }
      try body(text, element.location)
    }
  }

  private static func checkPorts(_ text: String, at location: SourceRange) throws(ParameterProblem) {
    let problem: (message: String, help: String?)
    switch PortText(parsing: Array(text.utf8).span) {
    case .range: return
    case .outOfRange: problem = ("'\(text)' is not a valid port", "ports are at most 65535")
    case .inverted(let first, let last):
      problem = ("the range '\(text)' ends before it starts", "write '\(last)-\(first)'")
    case .invalid: problem = ("'\(text)' is not a port or a range of ports such as 80-90", nil)
    }
    throw ParameterProblem(message: problem.message, location: location, help: problem.help)
  }

  private func checkRanges(_ value: ManifestValue?, _ name: String) throws(ParameterProblem) {
    guard let value else { return }
    guard value.isList else { throw problem(value, name) }
    for element in value.elements where element["min"]?.integer == nil || element["max"]?.integer == nil {
      throw problem(element, name)
    }
  }

  private func problem(_ value: ManifestValue, _ name: String) -> ParameterProblem {
    let shown = value.scalarText.map { "'\($0)'" } ?? value.kind
    return ParameterProblem(
      message: "'\(name)' must be \(rawValue), not \(shown)", location: value.location)
  }
}
