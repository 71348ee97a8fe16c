import Diagnostics
import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import PolicyCompiler
import PolicyLint
import PolicyPlan
import PolicyViews
import TestSupport

/// Every example packet that is printed, traced as it is printed, gets the verdict that is claimed of it.
enum ExampleClaims {
  /// Checks the examples in the differences between two random profiles, and in lint's findings.
  static func check(seed: UInt64) -> PropertyResult {
    var result = PropertyResult()
    let texts = RandomProfile.pair(seed: 1000 + seed)
    guard let old = try? ProfileHost(texts.before), let new = try? ProfileHost(texts.after) else {
      return result
    }
    result.profiles = 1
    var (before, after) = (old.evaluator, new.evaluator)
    let effect = VerdictDiff(from: &before, to: &after, scope: .init(witnesses: 3))
    for change in effect.changes { check(change, &before, &after, "seed \(seed)", &result) }
    // A plan compares the host as it is with the host after the trial.
    let (planned, _) = Plan.make(
      new.desired, for: old.service, base: nil, ledger: old.ledger, file: "web.yaml")
    if let planned {
      var after = HostWithRuleNames(planned.host, ledger: planned.plan.ledger).evaluator
      for change in planned.plan.verdictChanges {
        check(change, &before, &after, "plan of seed \(seed)", &result)
      }
    }
    checkLint(new, "lint of seed \(seed)", &result)
    return result
  }

  /// Checks the examples of a change as its text and its JSON give them.
  static func check(
    _ change: VerdictChange, _ before: inout PacketEvaluator, _ after: inout PacketEvaluator, _ seed: String,
    _ result: inout PropertyResult
  ) {
    result.claims += 1
    let document = change.document
    guard let first = document["witness"] else {
      result.failures.append("\(seed): no example: \(change)")
      return
    }
    let lines = document["witnesses"]?.array ?? [first]
    result.require(
      !change.witnesses.isEmpty && lines.count == change.witnesses.count, "\(seed): \(change)")
    for (position, (line, witness)) in zip(lines, change.witnesses).enumerated() {
      let query = PrintedPacket(line: line)
      let sender = change.sender == .outside ? "\(witness.packet.local)" : change.endpoint
      result.require(query == PrintedPacket(text: witness.text(at: sender)), "\(seed): \(line.text())")
      let (was, becomes) = (query?.verdict(&before), query?.verdict(&after))
      let isClaimed =
        !change.isEndToEnd
        ? was != .allow && becomes != .allow
        : change.change == .newlyAllowed
          ? rank(was) < rank(becomes) : rank(was) > rank(becomes) || was == .block && becomes == .unknown
      result.require(
        isClaimed,
        "\(seed): \(line.text()) was \(String(describing: was)), becomes \(String(describing: becomes)): \(change)"
      )
      guard position == 0 else { continue }
      result.require(
        document["verdicts"]?["before"]?.string == was?.rawValue
          && document["verdicts"]?["after"]?.string == becomes?.rawValue, "\(seed): \(document.text())")
    }
  }

  /// How much is allowed: nothing for certain, by some backends of a service, all.
  private static func rank(_ verdict: Verdict?) -> Int {
    switch verdict {
    case .allow: 2
    case .mixed: 1
    case .block, .unknown, nil: 0
    }
  }

  /// Checks the examples of findings.
  private static func checkLint(_ host: ProfileHost, _ seed: String, _ result: inout PropertyResult) {
    for isProfile in [true, false] {
      var evaluator = host.evaluator
      var linter = Linter(
        LintSubject(
          file: "new.yaml", evaluator: evaluator, profile: isProfile ? host.profile : nil,
          desired: isProfile ? host.desired : nil))
      for finding in linter.run().findings
      where [.pointsDisagree, .weakensTest].contains(finding.code) {
        let separators = [", such as ", "the rule blocks ", "the rule allows "]
        guard
          let (separator, range) = separators.lazy.compactMap({ separator in
            finding.message.ranges(of: separator).last.map { (separator, $0) }
          }).first
        else { continue }
        result.claims += 1
        let text = finding.message[range.upperBound...]
          .replacing("the endpoint", with: finding.endpoints.first ?? "")
        let verdict = PrintedPacket(text: String(text))?.verdict(&evaluator)
        let claim: Verdict = separator == "the rule allows " ? .allow : .block
        result.require(verdict == claim, "\(seed): \(finding.message): \(String(describing: verdict))")
      }
    }
  }
}

/// A packet as printed, in words or as a line for `--packets`.
private struct PrintedPacket: Equatable {
  var from: String
  var to: String
  var proto: IPProtocol
  var port: UInt16?
  var sourcePort: UInt16?

  init?(line: JSON) {
    guard let from = line["from"]?.string, let to = line["to"]?.string, let name = line["protocol"]?.string,
      let proto = IPProtocol(name: name) ?? UInt8(name).map({ IPProtocol($0) })
    else { return nil }
    (self.from, self.to, self.proto) = (from, to, proto)
    port = line["port"]?.integer.map { UInt16($0) }
    sourcePort = line["sourcePort"]?.integer.map { UInt16($0) }
  }

  /// Parses `tcp from A port 49152 to B port 80` and `icmp type 8 from A to B`.
  init?(text: String) {
    let words = text.split(separator: " ").map(String.init)
    guard let start = words.firstIndex(of: "from"), let end = words.firstIndex(of: "to"), end > start + 1,
      end + 1 < words.count,
      let proto = IPProtocol(name: words[0]) ?? UInt8(words[0]).map({ IPProtocol($0) })
    else { return nil }
    (from, to, self.proto) = (words[start + 1], words[end + 1], proto)
    sourcePort = words[start..<end].contains("port") ? UInt16(words[end - 1]) : nil
    port = words[end...].contains("port") ? UInt16(words[words.count - 1]) : nil
  }

  /// The verdict on it; nil if an end is not on the host, or the packet cannot occur there.
  func verdict(_ evaluator: inout PacketEvaluator) -> Verdict? {
    let directory = PeerDirectory(evaluator.topology)
    guard case .peer(let from) = directory.find(from), case .peer(let to) = directory.find(to) else {
      return nil
    }
    let query = PacketQuery(from: from, to: to, protocol: proto, port: port, sourcePort: sourcePort)
    return (try? evaluator.decide(query))?.verdict
  }
}
