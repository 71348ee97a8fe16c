import Diagnostics
import FilterEngine
import HostModel
package import PolicyLint
package import PolicyPlan
import PacketSpace
import TestSupport

/// What a remedy proposes is done to the profile's text, and the two hosts are compared.
package enum RemedyClaims {
  /// The text of a profile after an edit; each ACL must have a line of its own.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - edit: The edit.
  package static func text(_ text: String, after edit: ProfileEdit) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var removed: Set<Int> = []
    for change in edit.changes {
      let index = Int(change.location.line) - 1
      switch change {
      case .remove: removed.insert(index)
      case .setPriority(_, let priority):
        lines[index] = lines[index].replacing(#/, priority: [0-9]+/#, with: "")
        guard let end = lines[index].lastIndex(of: "}") else { continue }
        lines[index].insert(contentsOf: ", priority: \(priority)", at: end)
      }
    }
    for (name, additions) in Dictionary(grouping: edit.additions, by: \.endpoint) {
      add(additions, to: name, &lines)
    }
    var kept: [String] = []
    for (index, line) in lines.enumerated() where !removed.contains(index) { kept.append(line) }
    // A list that loses its last member becomes an empty list.
    for index in kept.indices where kept[index].hasSuffix(":") && kept[index].hasPrefix("  ") {
      let next = kept.indices.contains(index + 1) ? kept[index + 1] : ""
      let isItem = next.drop { $0 == " " }.hasPrefix("- {name: ") && next.hasPrefix("    ")
      let isSet = kept[index].hasPrefix("  ") && !kept[index].hasPrefix("   ")
      if !isItem, kept[index].hasSuffix("acls:") || isSet { kept[index] += " []" }
    }
    return kept.joined(separator: "\n")
  }

  /// Adds ACLs to an endpoint without changing the numbers of lines.
  private static func add(_ additions: [ACLAddition], to name: String, _ lines: inout [String]) {
    guard let start = lines.firstIndex(where: { $0.hasSuffix("- name: \(name)") }) else { return }
    let end = lines[(start + 1)...].firstIndex { !$0.hasPrefix("    ") } ?? lines.endIndex
    let texts = additions.map { "\n      - \($0.text)" }.joined()
    if let list = lines[start..<end].firstIndex(of: "    acls:") {
      lines[list] += texts
    } else {
      lines[start] += "\n    acls:" + texts
    }
  }

  /// The packets whose verdict differs between the hosts of two profiles.
  ///
  /// - Parameters:
  ///   - before: The text of a profile.
  ///   - after: The text of another.
  /// - Throws: ``ProfileRefused`` if one of them is not valid.
  package static func changes(_ before: String, _ after: String) throws -> VerdictDiff {
    var first = try ProfileHost(before).evaluator
    var second = try ProfileHost(after).evaluator
    return VerdictDiff(from: &first, to: &second, scope: VerdictDiff.Scope(), within: Budget())
  }

  /// Checks every remedy that lint proposes for a random profile.
  static func check(seed: UInt64) -> PropertyResult {
    let text = withoutServices(RandomProfile.text(seed: seed))
    guard (try? ProfileHost(text)) != nil else { return PropertyResult() }
    return check(text, "seed \(seed)")
  }

  /// A profile without its services: through them, a remedy for an endpoint also changes the verdicts of others'
  /// packets, which the claims here do not describe.
  private static func withoutServices(_ text: String) -> String {
    var isService = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      if !line.hasPrefix(" ") { isService = line == "services:" }
      return !isService
    }.joined(separator: "\n")
  }

  /// Checks every remedy that lint proposes for a profile; the claims are the remedies.
  ///
  /// - Parameters:
  ///   - text: The text of the profile.
  ///   - title: What to call it in failures.
  package static func check(_ text: String, _ title: String) -> PropertyResult {
    var result = PropertyResult()
    let host: ProfileHost
    do { host = try ProfileHost(text) } catch {
      result.failures.append("\(title): \(error)")
      return result
    }
    result.profiles = 1
    var linter = Linter(
      LintSubject(
        file: "web.yaml", evaluator: host.evaluator, profile: host.profile, desired: host.desired))
    for finding in linter.run(source: Array(text.utf8)).findings {
      for edit in finding.edits {
        result.claims += 1
        check(edit, of: finding, text, title, &result)
      }
    }
    return result
  }

  private static func check(
    _ edit: ProfileEdit, of finding: LintFinding, _ text: String, _ title: String,
    _ result: inout PropertyResult
  ) {
    let claim = "\(title): \(finding.message); \(finding.help ?? "")"
    let effect: VerdictDiff
    do { effect = try changes(text, Self.text(text, after: edit)) } catch {
      result.failures.append("\(claim): \(error)\n\(text)")
      return
    }
    if !edit.additions.isEmpty { checkAdditions(edit.additions, effect, claim + "\n" + text, &result) }
    result.require(effect.undecided.isEmpty, "\(claim): not compared: \(effect.undecided)\n\(text)")
    if edit.changes.contains(where: { if case .remove = $0 { true } else { false } }) {
      result.require(effect.changes.isEmpty, "\(claim) changes \(effect.changes)\n\(text)")
    } else if edit.additions.isEmpty {
      // Only packets of the rule itself, which then decides them.
      result.require(!effect.changes.isEmpty, "\(claim) changes nothing\n\(text)")
      result.require(
        effect.changes.allSatisfy { $0.after == finding.rule }, "\(claim) changes \(effect.changes)\n\(text)")
    }
  }

  /// Requires that exactly packets of new ACLs get their action.
  private static func checkAdditions(
    _ additions: [ACLAddition], _ effect: VerdictDiff, _ claim: String, _ result: inout PropertyResult
  ) {
    result.require(!effect.changes.isEmpty, "\(claim) changes nothing")
    for change in effect.changes {
      let isStated = change.packets.allSatisfy { packets in
        additions.contains { addition in
          let stated = PacketBox(addition.match, families: packets.families)
          return addition.endpoint == change.endpoint && addition.direction == change.direction
            && (addition.action == .allow) == (change.change == .newlyAllowed)
            && packets.subtracting(stated).allSatisfy(\.isEmpty)
        }
      }
      result.require(isStated, "\(claim) changes \(change)")
    }
  }
}
