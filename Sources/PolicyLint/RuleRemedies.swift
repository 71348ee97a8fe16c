import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PacketSpace

/// What a finding about an ACL proposes.
struct RuleRemedy {
  /// The instruction.
  var help: String
  /// Each edit that the instruction describes; empty if it describes none.
  var edits: [ProfileEdit] = []
  /// Why removing the ACL alone would change verdicts, for the locations concerned.
  var notes: [Diagnostic.Note] = []
  /// Whether the ACL is contradicted: packets that occur get the opposite verdict from rules before it.
  var isContradicted = false
}

/// What a proposal to give an ACL another priority depends on.
struct PrecedenceQuestion: Hashable {
  let location: SourceRange
  let rivals: [String]
  let priority: UInt16
}

extension Linter {
  /// Proposes to remove an ACL that changes no verdict, after a proof that no verdict changes.
  ///
  /// - Parameters:
  ///   - location: The ACL.
  ///   - help: The instruction if it can be removed.
  mutating func removal(of location: SourceRange, _ help: String) -> RuleRemedy {
    let edit = ProfileEdit([.remove(location)])
    prepareProver()
    guard var prover else { return RuleRemedy(help: help, edits: [edit]) }
    defer { self.prover = prover }
    if prover.isKnownToBeRemovable(location) {
      removals += edit.changes
      return RuleRemedy(help: help, edits: [edit])
    }
    let alone = prover.outcome(of: edit)
    let together =
      removals.isEmpty || alone != .noChange
      ? alone : prover.outcome(of: ProfileEdit(removals + edit.changes))
    if together == .noChange {
      removals += edit.changes
      return RuleRemedy(help: help, edits: [edit])
    }
    guard together != .unknown else {
      return RuleRemedy(
        help: "\(help) if `hnsctl diff --semantic` then shows no change; there are too many rules to tell")
    }
    let needing = prover.endpointsThatNeed(location)
    guard needing.isEmpty else {
      let verb = needing.count == 1 ? "needs" : "need"
      return RuleRemedy(help: "keep it in its ACL set: \(PendingFinding.names(needing)) \(verb) it")
    }
    let (pins, notes) = Self.shiftedRules(of: location, &prover)
    let pinned = ProfileEdit(edit.changes + pins.map { .setPriority($0.location, $0.priority) })
    if !pins.isEmpty, pins.count <= Self.pinLimit, prover.outcome(of: pinned) == .noChange {
      let list = pins.map { "'\($0.name)' priority \($0.priority)" }.joined(separator: ", ")
      return RuleRemedy(
        help: "remove it, and give \(list): without it they would be numbered differently, and others would "
          + "match their packets first", edits: [pinned], notes: notes)
    }
    return RuleRemedy(
      help: "keep it, or give every ACL of the endpoint a priority before you remove it: without it the "
        + "automatic priorities of the ACLs after it shift, and verdicts change", notes: notes)
  }

  /// Tells the prover which ACLs change no verdict, once.
  private mutating func prepareProver() {
    guard prover != nil, prover?.useless == nil else { return }
    var found: [SourceRange: Set<String>] = [:]
    for rules in profileRules {
      let useless = useless(rules)
      var identities: [Int] = ((try? useless.unreachable.get()) ?? []).map(\.identity)
      identities += (try? useless.redundant.get()) ?? []
      for identity in identities where rules.rules.indices.contains(identity) {
        found[rules.location(identity), default: []].insert(rules.endpoint)
      }
    }
    prover?.useless = found
  }

  /// How many ACLs a remedy gives a priority.
  private static let pinLimit = 8

  private typealias Pin = (location: SourceRange, name: String, priority: UInt16)

  /// The ACLs whose automatic priorities an ACL's removal shifts, with their present ones.
  ///
  /// The notes are about one that it shifts past the explicit priority of another. Both are empty if the
  /// priorities differ by endpoint.
  private static func shiftedRules(
    of location: SourceRange, _ prover: inout RemedyProver
  ) -> (pins: [Pin], notes: [Diagnostic.Note]) {
    var pins: [Pin] = []
    var notes: [Diagnostic.Note] = []
    for index in prover.endpoints(with: location) {
      let rules = prover.rules(of: index)
      guard let own = rules.first(where: { $0.acl.name.location == location }), own.acl.priority == nil else {
        return ([], [])
      }
      let shifted = rules.filter { $0.acl.priority == nil && $0.priority > own.priority }
      for rule in shifted {
        let pin = (rule.acl.name.location, rule.acl.name.value, rule.priority)
        if let known = pins.first(where: { $0.location == pin.0 }) {
          guard known.priority == pin.2 else { return ([], []) }
          continue
        }
        pins.append(pin)
      }
      guard notes.isEmpty else { continue }
      // One step is the distance to the next automatic number.
      let step = shifted.first.map { $0.priority - own.priority } ?? 0
      for rule in shifted {
        let explicit = rules.last {
          $0.acl.priority != nil && $0.priority <= rule.priority && $0.priority + step >= rule.priority
        }
        guard let explicit else { continue }
        notes = [
          Diagnostic.Note(
            "'\(rule.acl.name.value)' is numbered \(rule.priority) by its position", rule.acl.name.location),
          Diagnostic.Note(
            "'\(explicit.acl.name.value)' has priority \(explicit.priority)", explicit.acl.name.location),
        ]
        break
      }
    }
    return (pins, notes)
  }

  /// Proposes how an ACL gets packets to which rules before it give the opposite verdict; after a proof.
  ///
  /// Removing it changes nothing, but is not what its author meant: that is proposed last, or alone if none of these
  /// packets occurs.
  ///
  /// - Parameters:
  ///   - location: The ACL.
  ///   - action: Its action.
  ///   - rivals: The names of the rules that match its packets.
  ///   - priority: The lowest priority of the rules before it that match its packets.
  mutating func precedence(
    of location: SourceRange, _ action: RuleAction, over rivals: [String], before priority: UInt16
  ) -> RuleRemedy {
    let question = PrecedenceQuestion(location: location, rivals: rivals, priority: priority)
    if let known = knownPrecedences[question] { return known }
    let remedy = precedence(question, action)
    knownPrecedences[question] = remedy
    return remedy
  }

  private mutating func precedence(_ question: PrecedenceQuestion, _ action: RuleAction) -> RuleRemedy {
    let (location, rivals) = (question.location, question.rivals)
    var remedy = removal(of: location, "remove it")
    guard var prover else { return remedy }
    defer { self.prover = prover }
    let names = rivals.count > 1 ? "the rules that match its packets" : PendingFinding.names(rivals)
    let verb = action == .allow ? "allows" : "blocks"
    var instruction =
      "change \(names) so that \(rivals.count == 1 ? "it leaves" : "they leave") these packets out"
    var edits: [ProfileEdit] = []
    search: for candidate in (1..<question.priority).suffix(Self.priorityAttempts).reversed() {
      let edit = ProfileEdit([.setPriority(location, candidate)])
      switch prover.outcome(of: edit) {
      case .noChange: return remedy
      case .changes(by: location):
        instruction =
          "give it a lower priority number than \(names), such as \(candidate), so that it \(verb) them"
        edits = [edit]
        break search
      case .unknown:
        instruction =
          "give it a lower priority number than \(names), so that it \(verb) them, if "
          + "`hnsctl diff --semantic` then shows no other change; there are too many rules to tell"
        break search
      case .changes, .sideEffects: continue
      }
    }
    let verdict = action == .allow ? "blocked" : "allowed"
    remedy.help = "\(instruction); or, if they should be \(verdict), \(remedy.help)"
    remedy.edits = edits + remedy.edits
    remedy.isContradicted = true
    return remedy
  }

  /// How many priorities are tried.
  private static let priorityAttempts = 4
}
