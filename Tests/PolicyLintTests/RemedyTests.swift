import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyLint
import PolicyPlan
import TestSupport
import Testing

/// What a remedy proposes is done to the profile's text, and the two hosts are compared.
@Suite struct RemedyTests {
  /// The text of a profile after an edit; each ACL has a line of its own.
  static func text(_ text: String, after edit: ProfileEdit) -> String {
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

  /// The packets whose verdict differs between the hosts of two profiles.
  static func changes(_ before: String, _ after: String) throws -> [VerdictChange] {
    var first = try ProfileHost(before).evaluator
    var second = try ProfileHost(after).evaluator
    let effect = VerdictDiff(from: &first, to: &second, scope: VerdictDiff.Scope(), within: Budget())
    #expect(effect.undecided.isEmpty)
    return effect.changes
  }

  /// Checks every remedy of a profile, and returns how many there are.
  @discardableResult
  static func check(_ text: String, _ title: String) throws -> Int {
    let linted = try LintedProfile(text)
    var count = 0
    for finding in linted.lint().findings {
      for edit in finding.edits {
        count += 1
        let mended = Self.text(text, after: edit)
        let changes: [VerdictChange]
        do { changes = try Self.changes(text, mended) } catch {
          Issue.record("recorded \(title): \(finding.message); \(finding.help ?? ""): \(error)")
          continue
        }
        let removes = edit.changes.contains { if case .remove = $0 { true } else { false } }
        if removes {
          #expect(changes.isEmpty, "\(title): \(finding.message); \(finding.help ?? "")\n\(text)")
        } else {
          // Only packets of the rule itself, which then decides them.
          #expect(!changes.isEmpty, "\(title): \(finding.help ?? "") changes nothing\n\(text)")
          #expect(
            changes.allSatisfy { $0.after == finding.rule },
            "\(title): \(finding.message); \(finding.help ?? "")\n\(text)")
        }
      }
    }
    return count
  }

  @Test func everyRemedyOfRandomProfilesChangesWhatItSays() throws {
    var (remedies, profiles) = (0, 0)
    for seed in 0..<RandomProfile.count {
      let text = RandomProfile.text(seed: seed)
      guard (try? ProfileHost(text)) != nil else { continue }
      profiles += 1
      remedies += try Self.check(text, "seed \(seed)")
    }
    #expect(profiles > Int(RandomProfile.count) * 3 / 5)
    #expect(remedies > Int(RandomProfile.count) / 5)
    print("\(remedies) remedies in \(profiles) profiles")
  }

  static func profile(_ acls: [String]) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: web
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}], dns: {servers: [192.0.2.53]}}
    containers:
      - name: web
        network: podnet
        isolation: hyperv
        addresses: [10.244.7.10]
        defaults: {in: block}
        acls:
    \(acls.map { "      - {\($0)}" }.joined(separator: "\n"))

    """
  }

  @Test func automaticNumbersThatWouldShiftAreExplained() throws {
    // Without 'spare', 'late' is numbered 1010 instead of 1020, before the explicit 1015.
    let text = Self.profile([
      "name: first, direction: in, action: allow, protocols: [tcp], localPorts: [80]",
      "name: spare, direction: in, action: block, protocols: [udp], localPorts: [53]",
      "name: late, direction: in, action: allow, protocols: [tcp], localPorts: [443]",
      "name: explicit, direction: in, action: block, protocols: [tcp], localPorts: [443], remoteAddresses: [10.0.0.0/8], priority: 1015",
    ])
    let findings = try LintedProfile(text).lint().findings.filter { $0.rule == "spare" }
    let finding = try #require(findings.first)
    #expect(finding.code == .redundantRule)
    #expect(
      finding.help
        == "remove it, and give 'late' priority 1020: without it they would be numbered differently, and "
        + "others would match their packets first")
    #expect(
      finding.notes.map(\.message) == [
        "'late' is numbered 1020 by its position", "'explicit' has priority 1015",
      ])
    #expect(try Self.changes(text, text.replacing(#/ *- \{name: spare.*\n/#, with: "")) != [])
    #expect(try Self.check(text, "pins") > 0)
  }

  @Test func aRuleOfASetThatAnotherEndpointNeedsIsNotRemoved() throws {
    let text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: web
      aclSets:
        common:
          - {name: http, direction: in, action: allow, protocols: [tcp], localPorts: [80]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}], dns: {servers: [192.0.2.53]}}
      containers:
        - name: open
          network: podnet
          isolation: hyperv
          aclSets: [common]
          acls:
            - {name: all-tcp, direction: in, action: allow, protocols: [tcp]}
        - name: closed
          network: podnet
          isolation: hyperv
          defaults: {in: block}
          aclSets: [common]

      """
    let findings = try LintedProfile(text).lint().findings.filter { $0.code == .unreachableRule }
    #expect(findings.map(\.rule) == ["http"])
    #expect(findings.first?.edits == [])
    #expect(findings.first?.help == "keep it in its ACL set: 'closed' needs it")
  }

  @Test func aPriorityIsProposedOnlyIfItHasNoOtherEffect() throws {
    let text = Self.profile([
      "name: all, direction: in, action: allow, protocols: [tcp], priority: 500",
      "name: ssh, direction: in, action: block, protocols: [tcp], localPorts: [22], priority: 600",
    ])
    let finding = try #require(
      try LintedProfile(text).lint().findings.first { $0.code == .unreachableRule })
    #expect(
      finding.help
        == "give it a lower priority number than the rules that match its packets, such as 499, so that it "
        + "blocks them; or remove it")
    #expect(finding.edits.count == 2)
    #expect(try Self.check(text, "priority") >= 2)
  }
}
