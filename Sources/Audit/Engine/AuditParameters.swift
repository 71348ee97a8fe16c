package import Diagnostics
import Manifests
import NetworkTypes

/// The parameters of the rows, as a file gives them: one mapping per row number or code.
package struct AuditParameters: Sendable {
  /// The values by row and by the template's name.
  private(set) var values: [Int: [String: ManifestValue]] = [:]

  /// No parameters.
  package init() {}

  /// Reads a file of parameters.
  ///
  /// - Parameters:
  ///   - bytes: The text, YAML or JSON.
  ///   - file: The file as the user named it.
  /// - Returns: The parameters, and the diagnostics; errors mean that the parameters must not be used.
  package static func read(_ bytes: [UInt8], file: String) -> (AuditParameters, [Diagnostic]) {
    var parameters = AuditParameters()
    var collector = DiagnosticCollector(file: file)
    let problems = ManifestReader.read(bytes, file: file) { parameters.add($0, &collector) }
    return (parameters, problems + collector.sorted)
  }

  private mutating func add(_ document: ManifestValue, _ collector: inout DiagnosticCollector) {
    guard document.isMap else {
      collector.report(
        .auditParameter, "the parameters are \(document.kind), not a mapping of rows", at: document.location)
      return
    }
    for member in document.members {
      guard let rule = AuditRule.named(member.key) else {
        let near = NearMiss.nearest(to: member.key, among: AuditRule.all.map(\.code))
        collector.report(
          .auditParameter, "'\(member.key)' is neither the number nor the code of a row",
          at: member.value.location, help: near.map { "did you mean '\($0)'?" })
        continue
      }
      guard member.value.isMap else {
        collector.report(
          .auditParameter, "the parameters of row \(rule.row) are \(member.value.kind), not a mapping",
          at: member.value.location)
        continue
      }
      for parameter in member.value.members { add(parameter, rule, &collector) }
    }
  }

  private mutating func add(
    _ member: ManifestValue.Member, _ rule: AuditRule, _ collector: inout DiagnosticCollector
  ) {
    guard let known = rule.parameters.first(where: { $0.name == member.key || $0.policyName == member.key })
    else {
      let names = rule.parameters.map(\.name)
      let near = NearMiss.nearest(to: member.key, among: names).map { "did you mean '\($0)'?" }
      collector.report(
        .auditParameter, "row \(rule.row) (\(rule.code)) has no parameter '\(member.key)'",
        at: member.value.location,
        help: near ?? (names.isEmpty ? nil : "its parameters are \(names.joined(separator: ", "))"))
      return
    }
    if known.kind == .addresses,
      let wrong = member.value.elements.first(where: {
        !known.kind.accepts(ManifestValue(.list([$0]), at: $0.location))
      })
    {
      collector.report(
        .auditParameter,
        "'\(member.key)' must be \(known.kind.rawValue), and \(shown(wrong)) is neither", at: wrong.location)
      return
    }
    guard known.kind.accepts(member.value) else {
      collector.report(
        .auditParameter, "'\(member.key)' must be \(known.kind.rawValue), not \(shown(member.value))",
        at: member.value.location)
      return
    }
    values[rule.row, default: [:]][known.name] = member.value
  }

  private func shown(_ value: ManifestValue) -> String { value.scalarText.map { "'\($0)'" } ?? value.kind }
}

extension AuditParameter.Kind {
  /// Whether a value is of this kind.
  func accepts(_ value: ManifestValue) -> Bool {
    switch self {
    case .quantity: Quantity(value) != nil
    case .pattern: value.text.map { ImagePattern($0) != nil } ?? false
    case .texts: value.isList && value.elements.allSatisfy { $0.scalarText != nil }
    case .addresses:
      value.isList && value.elements.allSatisfy { $0.scalarText.flatMap(AddressRange.init(stated:)) != nil }
    case .truth: value.truth != nil
    case .number: value.integer != nil
    case .idRule:
      value["rule"].map { Self.idRuleName.accepts($0) } ?? false && Self.areRanges(value["ranges"])
    case .idRuleName:
      IDRule.Kind.allCases.contains { $0.rawValue.lowercased() == value.text?.lowercased() }
    case .idRanges: Self.areRanges(value["ranges"] ?? value)
    case .hostPaths:
      (value["paths"] ?? value).isList
        && (value["paths"] ?? value).elements.allSatisfy { ($0["pathPrefix"] ?? $0).scalarText != nil }
    case .windowsUser: ["containeruser", "containeradministrator"].contains(value.text?.lowercased())
    }
  }

  private static func areRanges(_ value: ManifestValue?) -> Bool {
    guard let value else { return true }
    return value.isList
      && value.elements.allSatisfy { $0["min"]?.integer != nil && $0["max"]?.integer != nil }
  }
}

extension AddressRange {
  /// An address, or the addresses of a prefix.
  init?(stated text: String) {
    guard let range = IPPrefix(text)?.range ?? IPAddress(text).map({ AddressRange($0) }) else { return nil }
    self = range
  }
}
