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
          at: member.keyLocation, help: near.map { "did you mean '\($0)'?" })
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
        at: member.keyLocation,
        help: near ?? (names.isEmpty ? nil : "its parameters are \(names.joined(separator: ", "))"))
      return
    }
    do throws(ParameterProblem) { try known.kind.check(member.value, of: member.key) } catch {
      collector.report(.auditParameter, error.message, at: error.location, help: error.help)
      return
    }
    guard values[rule.row]?[known.name] == nil else {
      collector.report(
        .auditParameter, "'\(known.name)' of row \(rule.row) is given twice", at: member.keyLocation,
        help: "keep one of the two; the row has one number and one code, and a parameter can have two names")
      return
    }
    values[rule.row, default: [:]][known.name] = member.value
  }
}
