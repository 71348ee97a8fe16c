import Audit
import Diagnostics
import FilterEngine
import NetworkProfile
import NetworkTypes
import TestSupport
import Testing

/// The join of manifests with the rules of a host (reference: audit, 6).
@Suite struct NetworkJoinTests {
  @Test(arguments: NetworkCase.all)
  func verdicts(_ example: NetworkCase) throws {
    for benchmark in AuditBenchmark.allCases {
      let report = try example.report(benchmark)
      let found = (report.findings + report.unenforceable).filter {
        $0.rule.row == example.row && $0.network != nil
      }
      if benchmark == .mcsbCurrent {
        let expected = example.status ?? .notApplicable
        #expect(
          report.rows[example.row - 1].status == expected, "\(report.rows[example.row - 1].reasons)")
      }
      let isExpected = example.status == .fail || example.status == .unenforceable
      #expect(found.isEmpty != isExpected, "\(benchmark): \(found.map(\.message))")
      guard let first = found.first else { continue }
      #expect(first.benchmark == "hnsctl-network")
      #expect(first.definition == nil)
      if let rule = example.rule { #expect(first.network?.rule == rule) }
      #expect(first.message.contains(example.words), "\(first.message)")
    }
  }

  /// A rule that the profile has is named with its line.
  @Test(arguments: NetworkCase.all.filter { $0.rule != nil && $0.status == .fail })
  func places(_ example: NetworkCase) throws {
    let host = try ProfileHost(example.profile, file: NetworkCase.file)
    let findings = try example.report().findings.filter { $0.rule.row == example.row && $0.network != nil }
    for finding in findings {
      let network = try #require(finding.network)
      let written = host.profile.ruleOrigins["web"]?[network.rule ?? ""]
      if network.endpoint == "web" { #expect(network.ruleLocation == written) }
      if let written { #expect(finding.message.contains("(\(NetworkCase.file):\(written.line))")) }
    }
  }

  /// The witness of every finding is a packet that the evaluator answers as the finding says.
  @Test(arguments: NetworkCase.all.filter { $0.status == .fail })
  func witnesses(_ example: NetworkCase) throws {
    let host = try ProfileHost(example.profile, file: NetworkCase.file)
    var evaluator = host.evaluator
    let directory = PeerDirectory(evaluator.topology)
    for finding in try example.report().findings {
      guard let network = finding.network else { continue }
      let from = try #require(directory.find(network.packet.from).peers?.first)
      let to = try #require(directory.find(network.packet.to).peers?.first)
      let trace = try evaluator.trace(
        PacketQuery(
          from: from, to: to, protocol: network.packet.protocol == "udp" ? .udp : .tcp,
          port: network.packet.port,
          sourcePort: network.packet.sourcePort))
      #expect(trace.verdict.rawValue == network.verdict)
      #expect(trace.verdict == .allow)
      // That of a HostProcess pod names the rule that does not apply to it.
      if example.row != 10 { #expect(trace.rule == network.rule) }
    }
  }

  /// Prints what is tested; every row of the join has cases with and without findings.
  @Test func everyRowHasCases() {
    for row in [10, 11, 13, 14, 21, 22] {
      let cases = NetworkCase.all.filter { $0.row == row }
      let failing = cases.count { $0.status == .fail || $0.status == .unenforceable }
      #expect(failing > 0 && failing < cases.count)
      print("row \(row) with the rules of a host: \(cases.count - failing) without findings, \(failing) with")
    }
  }
}
