import Diagnostics
import FilterEngine
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import PolicyTesting

/// The wording shared by all formats of a test report.
struct TestReportFormatter {
  let report: TestFileReport
  private let trace: TraceView?
  private let origins: RuleOrigins?

  init(_ report: TestFileReport, style: Style = .plain) {
    self.report = report
    guard let subject = report.subject else {
      origins = nil
      trace = nil
      return
    }
    let topology = subject.evaluator.topology
    let origins = RuleOrigins(profile: subject.profile, file: subject.file, topology: topology)
    self.origins = origins
    trace = TraceView(style: style, topology: topology, origins: origins)
  }

  /// The errors of the file; with any, its tests do not run.
  var errors: [Diagnostic] { report.diagnostics.filter { $0.severity == .error } }

  /// The file, line and column of a test.
  func location(_ outcome: TestOutcome) -> String {
    "\(printable(report.file)):\(outcome.location.line):\(outcome.location.column)"
  }

  /// The file, line and column of a diagnostic, if it has them.
  static func location(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location.map { "\($0.line):\($0.column)" }
    return [diagnostic.file.map(printable), location].compactMap(\.self).joined(separator: ":")
  }

  // MARK: Failures

  /// The code of a test's first failure.
  static func code(_ outcome: TestOutcome) -> DiagnosticCode {
    switch outcome.failures.first {
    case .rule?: .wrongRule
    case .point?: .wrongPoint
    case .verdict?, nil: .wrongVerdict
    }
  }

  /// The expectation of a test, as part of a sentence.
  static func expectation(_ outcome: TestOutcome) -> String {
    switch outcome.claim {
    case .packet: outcome.expected.rawValue
    case .always: "every packet to be \(outcome.expected == .allow ? "allowed" : "blocked")"
    case .never: "no packet to be \(outcome.expected == .allow ? "blocked" : "allowed")"
    }
  }

  /// Why a test failed, in one line.
  static func message(_ outcome: TestOutcome) -> String {
    var failures = outcome.failures
    var expectation = expectation(outcome)
    // A wrong verdict implies a wrong rule, which need not be reported separately.
    if case .verdict? = failures.first, failures.count > 1, case .rule(let rule, _) = failures[1] {
      expectation += " by \(printable(rule))"
      failures.remove(at: 1)
    }
    return failures.map { failure in
      switch failure {
      case .verdict(_, let actual):
        let isService = outcome.trace?.backends.isEmpty == false
        let reason = outcome.trace?.reason.map { "; \(printable($0.description))" }
        let rule =
          outcome.rule.map { " by \(printable($0))" }
          ?? (reason != nil ? "" : isService ? "; the backends differ" : ", because nothing filters it")
        return "expected \(expectation), got \(actual.rawValue)\(rule)\(reason ?? "")"
      case .rule(let expected, let actual):
        let isService = outcome.trace?.backends.isEmpty == false
        let decided =
          actual.map { "\(printable($0)) matched" }
          ?? (isService ? "the backends differ" : "nothing filters the packet")
        return "expected \(printable(expected)) to match, but \(decided)"
      case .point(let point, let expected, let actual):
        return "expected \(point.title) to \(expected.rawValue), but it \(says(actual))"
      }
    }.joined(separator: "; ")
  }

  private static func says(_ verdict: Verdict) -> String {
    switch verdict {
    case .allow: "allows"
    case .block: "blocks"
    case .unknown: "leaves it undetermined"
    case .mixed: "differs by backend"
    }
  }

  /// The trace of the packet of a failed test; empty if no packet is known.
  func traceLines(_ outcome: TestOutcome) -> [String] {
    var lines: [String] = []
    if let part = outcome.refuting {
      let packets = PacketFormatter(whole: [.universe(part.packets.families)], namesSourcePorts: true)
        .text(Self.closingGaps(of: part.packets))
      lines.append("Refuted by \(printable(packets)); for example")
    }
    if let trace, let way = outcome.trace { lines += trace.lines(way, icmpType: outcome.icmpType) }
    return lines
  }

  /// Packets without the gaps between addresses that no packet has, so that the complement can be shorter: no
  /// end sends packets to itself, and special addresses send none.
  private static func closingGaps(of packets: PacketBox) -> PacketBox {
    func own(_ set: AddressSet) -> AddressSet {
      set.ranges.allSatisfy { $0.lower == $0.upper } ? set : AddressSet()
    }
    return PacketBox(
      protocols: packets.protocols,
      local: packets.local.closing(SpecialAddress.neverDestinations.union(own(packets.remote))),
      remote: packets.remote.closing(SpecialAddress.neverSources.union(own(packets.local))),
      localPorts: packets.localPorts, remotePorts: packets.remotePorts, icmpTypes: packets.icmpTypes)
  }

  /// The trace of the packet as JSON.
  func traceDocument(_ outcome: TestOutcome) -> JSONObject? {
    outcome.trace.flatMap { trace?.document($0, icmpType: outcome.icmpType) }
  }

  /// The file and location of the matching rule.
  func origin(_ outcome: TestOutcome) -> (file: String, location: SourceRange)? {
    guard let rule = outcome.rule, let file = report.subjectFile,
      let location = origins?.location(of: rule, at: outcome.decidingEndpoint)
    else { return nil }
    return (file, location)
  }

  // MARK: Totals

  /// The totals, in one line.
  static func summary(_ report: TestTotals) -> String {
    let total = report.passed + report.failed
    var text = "\(Listing.number(total, "test")) in \(Listing.number(report.files, "file")): "
    text += "\(report.passed) passed, \(report.failed) failed"
    if report.broken > 0 { text += "; \(Listing.number(report.broken, "file")) could not be tested" }
    if report.isStoppedEarly { text += "; stopped at the first failure" }
    return text
  }
}
