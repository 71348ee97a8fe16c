import Diagnostics
import FilterEngine
import HostModel
import NetworkProfile
import NetworkTypes
package import PacketSpace
import PolicyCompiler
import PolicyTesting

/// Searches a profile or a state for what is allowed but probably unintended.
///
/// Every finding is proven for all packets, not guessed from samples. Equal endpoints are evaluated
/// once, and a finding that applies to several is reported once.
package struct Linter {
  let subject: LintSubject
  var analysis: PacketAnalysis
  /// What is not known about the filters of endpoints, by their index in the topology.
  private let gaps: [Int: HostGap]
  let budget: Budget
  /// The unreachable and the redundant rules, by kind.
  var uselessRules: [Int: UselessRules] = [:]
  /// What contradicts rules that change no verdict, by kind and rule.
  var contradictions: [Contradiction.Key: Contradiction] = [:]
  private var pending: [PendingFinding] = []
  private var positions: [PendingFinding.Identity: Int] = [:]
  private let origins: [String: [String: SourceRange]]
  private let endpointLocations: [String: SourceRange]
  private(set) var testProblems: [TestProblem] = []
  /// The rules of the profile by endpoint and direction.
  let profileRules: [ProfileRules]
  /// Proves what proposed edits change; nil for a state.
  var prover: RemedyProver?
  /// The removals proposed so far, which are also proven together.
  var removals: [ProfileEdit.Change] = []
  /// What was proposed for ACLs in the wrong position.
  var knownPrecedences: [PrecedenceQuestion: RuleRemedy] = [:]
  /// Endpoints with a published port that nothing can reach, not even the host.
  var closedToAll: Set<String> = []

  /// Prepares a lint run.
  ///
  /// - Parameters:
  ///   - subject: The subject.
  ///   - budget: The work allowed for all checks.
  package init(_ subject: LintSubject, budget: Budget = Budget()) {
    self.subject = subject
    self.budget = budget
    var evaluator = subject.evaluator
    var gaps: [Int: HostGap] = [:]
    for (index, endpoint) in evaluator.topology.endpoints.enumerated() where endpoint.isAttached {
      gaps[index] = evaluator.gap(.endpoint(index))
    }
    self.gaps = gaps
    analysis = PacketAnalysis(evaluator)
    profileRules = ProfileRules.all(of: subject)
    prover = subject.profile.map {
      RemedyProver($0, on: subject.evaluator, file: subject.file, within: budget)
    }
    origins = subject.profile?.ruleOrigins ?? [:]
    endpointLocations = Dictionary(
      (subject.profile?.endpoints ?? []).map { ($0.name.value, $0.name.location) }
    ) { first, _ in first }
  }

  /// Runs all checks.
  ///
  /// - Parameter source: The text of the profile, whose comments may allow findings; nil for a state.
  package mutating func run(source: [UInt8]? = nil) -> LintReport {
    if subject.profile != nil {
      findUnreachableRules()
      findRedundantRules()
      findFamilyGaps()
      findWeakenedTests()
    } else {
      findUnreachableHostRules()
      findEqualPriorityOverlaps()
      findOverriddenForeignBlocks()
    }
    findGaps()
    findUnenforcedRules()
    findBlockedPublishedPorts()
    findOpenManagementPorts()
    findEnforcementPointMismatches()
    findBlockedNodes()
    findBlockedDNS()
    findBlockedDHCP()
    findBlockedNeighborDiscovery()
    findWireServerAccess()
    var report = LintReport()
    report.findings = pending.map(\.finding).sortedByLocation(\.location)
    report.testProblems = testProblems
    if let source, subject.profile != nil { Suppressions(source).apply(to: &report) }
    report.findings = report.findings.sortedByLocation(\.location)
    return report
  }

  // MARK: Reporting

  /// Adds a finding, or adds its endpoint to an equal finding.
  mutating func report(_ finding: PendingFinding) {
    if let position = positions[finding.identity] {
      // Checks visit endpoints in order, so an endpoint already listed is the last one.
      guard finding.endpoints != [pending[position].endpoints.last] else { return }
      pending[position].endpoints += finding.endpoints
      pending[position].edits += finding.edits.filter { !$0.additions.isEmpty }
      return
    }
    positions[finding.identity] = pending.count
    pending.append(finding)
  }

  mutating func report(_ problems: [TestProblem]) { testProblems += problems }

  /// Runs a check, and reports where the budget was exceeded.
  mutating func asking(
    _ code: DiagnosticCode, at endpoint: String, _ body: (inout Linter) throws(BudgetExceeded) -> Void
  ) {
    do { try budget.share { () throws(BudgetExceeded) in try body(&self) } } catch {
      let id = code.id
      report(
        PendingFinding(
          .undecidedWithinBudget, severity: .warning, at: endpoint, location: location(ofEndpoint: endpoint)
        ) { "the check for \(id) at \($0) exceeded its budget" })
    }
  }

  /// Reports the endpoints that are not checked, because the source of the host lacks something of them.
  private mutating func findGaps() {
    for (index, endpoint) in subject.evaluator.topology.endpoints.enumerated() {
      guard endpoint.isAttached, let gap = gaps[index] else { continue }
      report(
        PendingFinding(
          .unknownInSource, severity: .warning, at: endpoint.name,
          location: location(ofEndpoint: endpoint.name), help: gap.help
        ) { "nothing is checked at \($0): \(gap.description(endpoint.name))" })
    }
  }

  // MARK: Locations

  /// Where a rule of an endpoint is written, or else the endpoint.
  func location(of rule: String?, at endpoint: String) -> SourceRange? {
    rule.flatMap { origins[endpoint]?[$0] } ?? endpointLocations[endpoint]
  }

  /// Where a rule of an endpoint is written.
  func ownLocation(of rule: String, at endpoint: String) -> SourceRange? { origins[endpoint]?[rule] }

  /// Where an endpoint is written.
  func location(ofEndpoint endpoint: String) -> SourceRange? { endpointLocations[endpoint] }

  /// The endpoints whose filters take effect and are known, by their index in the topology.
  var attached: [(index: Int, endpoint: HostTopology.Endpoint)] {
    subject.evaluator.topology.endpoints.enumerated()
      .filter { $0.element.isAttached && !$0.element.isRemote }
      .filter { gaps[$0.offset] == nil }.map { ($0.offset, $0.element) }
  }

  /// The cell of the driver and isolation table for an endpoint.
  func cell(of endpoint: HostTopology.Endpoint) -> PlatformCell {
    PlatformCell(
      driver: subject.evaluator.topology.networks[endpoint.network].driver,
      isolation: endpoint.isolation ?? .process)
  }
}

/// A finding to which more endpoints may be added.
struct PendingFinding {
  /// What identifies equal findings, regardless of their endpoints.
  struct Identity: Hashable {
    var code: DiagnosticCode
    var rule: String?
    var location: SourceRange?
    var notes: [Diagnostic.Note]
    var related: [String]
    var text: String
    var help: String?
  }

  let code: DiagnosticCode
  let severity: Severity
  var endpoints: [String]
  let location: SourceRange?
  let rule: String?
  let related: [String]
  let notes: [Diagnostic.Note]
  let help: String?
  /// The edits that the help describes.
  var edits: [ProfileEdit]
  /// Whether the location is that of the first endpoint, and others may be added.
  let isAboutEndpoint: Bool
  /// Whether rules before its rule give packets of it the opposite verdict.
  let isContradicted: Bool
  /// An example packet; findings that differ only in it are equal.
  let example: String?
  private let text: (String) -> String

  /// Creates a finding about an endpoint.
  init(
    _ code: DiagnosticCode, severity: Severity? = nil, at endpoint: String, location: SourceRange?,
    rule: String? = nil, related: [String] = [], notes: [Diagnostic.Note] = [], help: String? = nil,
    edits: [ProfileEdit] = [], isAboutEndpoint: Bool = true, isContradicted: Bool = false,
    example: String? = nil, text: @escaping (_ endpoints: String) -> String
  ) {
    self.code = code
    self.severity = severity ?? code.severity
    endpoints = [endpoint]
    self.location = location
    self.rule = rule
    self.related = related
    self.notes = notes
    self.help = help
    self.edits = edits
    self.isAboutEndpoint = isAboutEndpoint
    self.isContradicted = isContradicted
    self.example = example
    self.text = text
  }

  var identity: Identity {
    Identity(
      code: code, rule: rule, location: isAboutEndpoint ? nil : location, notes: notes, related: related,
      text: text(""), help: help)
  }

  var finding: LintFinding {
    let example = example.map { ", such as \($0)" } ?? ""
    return LintFinding(
      code: code, severity: severity, message: text(Self.names(endpoints)) + example, location: location,
      endpoints: endpoints, rule: rule, related: related, notes: notes, help: help, edits: edits,
      isContradicted: isContradicted)
  }

  /// The first names, and the number of the rest.
  static func names(_ names: [String]) -> String {
    let quoted = names.map { "'\($0)'" }
    return quoted.count > 4 ? Listing.text(quoted, limit: 3) : Listing.sentence(quoted)
  }
}
