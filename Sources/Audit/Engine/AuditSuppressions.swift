import Diagnostics
import Manifests

/// Findings that are accepted, with a reason and an expiry: from annotations, or from a file.
///
/// An annotation `hnsctl.dev/skip-CODE: "reason; until=DATE"` applies to its own object. A file has a list of
/// `{code, resource, reason, until}`; a final `*` of a resource stands for any ending. An export of policy
/// exemptions is taken too.
package struct AuditSuppressions: Sendable {
  /// What the name of an annotation starts with.
  private static let prefix = "hnsctl.dev/skip-"

  /// An accepted finding.
  private struct Entry: Sendable {
    var code: String
    /// The resource; nil for any.
    var resource: String?
    /// The resource of Azure that an exemption is for, with everything in it, in lower case.
    var scope: String?
    var reason: String
    /// Whether an annotation of the object accepts it.
    var isInSource = false
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
      // Exports of Azure have `value`, those of Resource Graph `data`.
      let list = document["suppressions"] ?? document["value"] ?? document["data"] ?? document
      found += list.isList ? list.elements : [list]
    }
    for value in found where !readExemption(value, file) { readEntry(value, file) }
  }

  /// Reads `{code, resource, reason, until}`; `row` can take the place of `code`.
  ///
  /// An entry with a member that is misspelled or not text accepts nothing: it would accept more than intended.
  private mutating func readEntry(_ value: ManifestValue, _ file: String) {
    let known = ["code", "row", "resource", "reason", "until"]
    guard value.isMap else {
      let shown = value.scalarText.map { "'\($0)'" } ?? value.kind
      return report(
        "a suppression must be a mapping of code, resource, reason and until, not \(shown)", file,
        value.location)
    }
    for member in value.members {
      guard known.contains(member.key) else {
        let near = NearMiss.nearest(to: member.key, among: known).map { "did you mean '\($0)'?" }
        return report(
          "a suppression has no member '\(member.key)'", file, member.keyLocation,
          near ?? "its members are \(known.joined(separator: ", "))")
      }
      guard member.value.scalarText != nil else {
        return report(
          "'\(member.key)' of a suppression must be text, not \(member.value.kind)", file,
          member.value.location)
      }
    }
    guard let code = value["code"] ?? value["row"] else {
      return report("the suppression does not give the code of a recommendation", file, value.location)
    }
    add(
      code.scalarText ?? "", resource: value["resource"]?.scalarText,
      reason: value["reason"]?.scalarText ?? "", until: value["until"]?.scalarText, file,
      Place(
        entry: value.location, code: code.location, until: value["until"]?.location ?? value.location))
  }

  /// Where the parts of a suppression are.
  private struct Place {
    var entry: SourceRange
    var code: SourceRange
    var until: SourceRange
  }

  private mutating func report(
    _ message: String, _ file: String, _ location: SourceRange, _ help: String? = nil
  ) {
    problems.append(Diagnostic(.auditSuppression, message, file: file, at: location, help: help))
  }

  /// Reads an exemption of a policy assignment, as Resource Manager or `az policy exemption list` has it (members:
  /// Microsoft.Authorization/policyExemptions); returns whether it is one.
  private mutating func readExemption(_ value: ManifestValue, _ file: String) -> Bool {
    guard let category = value.property("exemptionCategory")?.text else { return false }
    func report(_ message: String) { self.report(message, file, value.location) }
    let id = value.member(ignoringCase: "id")?.text?.lowercased() ?? ""
    let name = value.property("displayName")?.text ?? value.member(ignoringCase: "name")?.text ?? "unnamed"
    guard let end = id.firstRange(of: "/providers/microsoft.authorization/policyexemptions/") else {
      report("the exemption '\(name)' does not have an id with its scope")
      return true
    }
    guard ["waiver", "mitigated"].contains(category.lowercased()) else {
      report("the category '\(category)' of the exemption '\(name)' is neither Waiver nor Mitigated")
      return true
    }
    let references = value.property("policyDefinitionReferenceIds")?.elements.compactMap(\.text) ?? []
    guard !references.isEmpty else {
      report("the exemption '\(name)' names no definition of its initiative, so it is not applied")
      return true
    }
    if let until = value.property("expiresOn") {
      let date = String((until.scalarText ?? "").prefix(10))
      guard CalendarDate.isValid(date) else {
        report("the exemption '\(name)' expires on '\(until.scalarText ?? until.kind)', which is not a date")
        return true
      }
      guard today <= date else {
        report("the exemption '\(name)' expired on \(date)")
        return true
      }
    }
    for rule in references.flatMap(AuditRule.exempted) {
      patterns.append(entries.count)
      entries.append(
        Entry(
          code: rule.code, scope: String(id[..<end.lowerBound]), reason: "\(category): \(name)", file: file,
          location: value.location))
    }
    return true
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
        until: until.map(String.init), file,
        Place(entry: member.value.location, code: member.keyLocation, until: member.value.location),
        isInSource: true)
    }
  }

  private mutating func add(
    _ code: String, resource: String?, reason: String, until: String?, _ file: String, _ place: Place,
    isInSource: Bool = false
  ) {
    guard let rule = AuditRule.named(code) else {
      let near = NearMiss.nearest(to: code, among: AuditRule.all.map(\.code)).map { "did you mean '\($0)'?" }
      return report("'\(code)' is not the code of a recommendation", file, place.code, near)
    }
    guard !reason.isEmpty else {
      return report("the suppression of \(rule.code) does not give a reason", file, place.entry)
    }
    if let until {
      guard CalendarDate.isValid(until) else {
        return report("'\(until)' is not a date such as 2026-12-31", file, place.until)
      }
      guard today <= until else {
        return report("the suppression of \(rule.code) expired on \(until)", file, place.until)
      }
    }
    if let resource, !resource.hasSuffix("*") {
      exact["\(rule.code) \(resource)"] = exact["\(rule.code) \(resource)"] ?? entries.count
    } else {
      patterns.append(entries.count)
    }
    entries.append(
      Entry(
        code: rule.code, resource: resource, reason: reason, isInSource: isInSource, file: file,
        location: place.entry))
  }

  /// Why a finding is accepted.
  struct Acceptance {
    var reason: String
    /// Whether an annotation of the object says so, and not a file beside it.
    var isInSource: Bool
  }

  /// Why a finding is accepted; nil if it is not.
  mutating func acceptance(of rule: AuditRule, _ resource: String) -> Acceptance? {
    guard !entries.isEmpty else { return nil }
    let index =
      exact["\(rule.code) \(resource)"]
      ?? patterns.first { number in
        guard entries[number].code == rule.code else { return false }
        if let scope = entries[number].scope {
          let resource = resource.lowercased()
          return resource == scope || resource.hasPrefix("\(scope)/")
        }
        return entries[number].resource.map { resource.hasPrefix($0.dropLast()) } ?? true
      }
    guard let index else { return nil }
    entries[index].isUsed = true
    return Acceptance(reason: entries[index].reason, isInSource: entries[index].isInSource)
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
