import Diagnostics
import Manifests

/// Findings that are accepted, with a reason and an expiry: from annotations, or from a file.
///
/// An annotation `hnsctl.dev/skip-CODE: "reason; until=DATE"` applies to its own object. A file has a list of
/// `{code, resource, reason, until}`; a final `*` of a resource stands for any ending.
package struct AuditSuppressions: Sendable {
  /// What the name of an annotation starts with.
  private static let prefix = "hnsctl.dev/skip-"

  /// An accepted finding.
  private struct Entry: Sendable {
    var code: String
    /// The resource; nil for any.
    var resource: String?
    var reason: String
    var file: String
    var location: SourceRange
    var isUsed = false
  }

  /// The date of the audit: `2026-11-29`.
  private let today: String
  private var entries: [Entry] = []
  /// The entries for one resource, by code and resource; files and annotations can have very many.
  private var exact: [String: Int] = [:]
  /// The other entries.
  private var patterns: [Int] = []
  /// What is wrong with them.
  private(set) var problems: [Diagnostic] = []

  /// - Parameter today: The date, as `YYYY-MM-DD`.
  package init(today: String) { self.today = today }

  /// Reads a file of suppressions.
  package mutating func read(_ bytes: [UInt8], file: String) {
    var found: [ManifestValue] = []
    problems += ManifestReader.read(bytes, file: file) { document in
      found += (document["suppressions"] ?? document).elements
    }
    for value in found {
      add(
        (value["code"] ?? value["row"])?.scalarText ?? "", resource: value["resource"]?.scalarText,
        reason: value["reason"]?.scalarText ?? "", until: value["until"]?.scalarText, file, value.location)
    }
  }

  /// Reads the annotations of an object, and of the pod that it makes.
  mutating func read(_ object: ManifestObject, resource: String, file: String) {
    var lists = [object.value[path: ["metadata", "annotations"]]]
    if let template = PodTemplate(object), template.isGenerated {
      lists.append(template.metadata?["annotations"])
    }
    for member in lists.compactMap(\.self).flatMap(\.members) where member.key.hasPrefix(Self.prefix) {
      let parts = (member.value.scalarText ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
      let until = parts.first { $0.hasPrefix("until=") }?.dropFirst("until=".count)
      let reason = parts.filter { !$0.hasPrefix("until=") }.joined(separator: "; ")
      add(
        String(member.key.dropFirst(Self.prefix.count)), resource: resource, reason: reason,
        until: until.map(String.init), file, member.value.location)
    }
  }

  private mutating func add(
    _ code: String, resource: String?, reason: String, until: String?, _ file: String, _ location: SourceRange
  ) {
    func report(_ message: String, _ help: String? = nil) {
      problems.append(Diagnostic(.auditSuppression, message, file: file, at: location, help: help))
    }
    guard let rule = AuditRule.named(code) else {
      let near = NearMiss.nearest(to: code, among: AuditRule.all.map(\.code)).map { "did you mean '\($0)'?" }
      return report("'\(code)' is not the code of a recommendation", near)
    }
    guard !reason.isEmpty else { return report("the suppression of \(rule.code) does not give a reason") }
    if let until {
      guard until.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil else {
        return report("'\(until)' is not a date such as 2026-12-31")
      }
      guard today <= until else { return report("the suppression of \(rule.code) expired on \(until)") }
    }
    if let resource, !resource.hasSuffix("*") {
      exact["\(rule.code) \(resource)"] = exact["\(rule.code) \(resource)"] ?? entries.count
    } else {
      patterns.append(entries.count)
    }
    entries.append(
      Entry(code: rule.code, resource: resource, reason: reason, file: file, location: location))
  }

  /// The reason why a finding is accepted; nil if it is not.
  mutating func reason(_ rule: AuditRule, _ resource: String) -> String? {
    guard !entries.isEmpty else { return nil }
    let index =
      exact["\(rule.code) \(resource)"]
      ?? patterns.first { number in
        guard entries[number].code == rule.code else { return false }
        return entries[number].resource.map { resource.hasPrefix($0.dropLast()) } ?? true
      }
    guard let index else { return nil }
    entries[index].isUsed = true
    return entries[index].reason
  }

  /// What is wrong with the suppressions, and those that no finding needed.
  var diagnostics: [Diagnostic] {
    problems
      + entries.filter { !$0.isUsed }.map {
        Diagnostic(
          .auditSuppression, "the suppression of \($0.code) is not used", file: $0.file, at: $0.location,
          help: "remove it, or it hides the next finding")
      }
  }
}
