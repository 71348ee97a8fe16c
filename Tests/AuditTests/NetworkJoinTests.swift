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
    for row in [7, 10, 11, 13, 14, 21, 22] {
      let cases = NetworkCase.all.filter { $0.row == row }
      let failing = cases.count { $0.status == .fail || $0.status == .unenforceable }
      #expect(failing > 0 && failing < cases.count)
      print("row \(row) with the rules of a host: \(cases.count - failing) without findings, \(failing) with")
    }
  }

  /// An open registry fails by itself; what rules block is not a finding of the join.
  @Test func endpointsThatSendNothingToTheRegistry() throws {
    for (host, parameters) in [
      ("network: podnet, defaults: {out: block}", nil),
      (NetworkCase.toRegistry, "{registryAddresses: [192.0.2.1]}"),
      // Not every public address is allowed, so that the registry need not be.
      (NetworkCase.toRegistry, nil),
    ] as [(String, String?)] {
      let example = NetworkCase(
        row: 7, title: "", host: host, manifest: NetworkCase.openRegistry, parameters: parameters)
      let findings = try example.report().findings.filter { $0.rule.row == 7 }
      #expect(findings.count == 1)
      #expect(findings.allSatisfy { $0.network == nil })
    }
  }

  // MARK: Notes about registries

  private func notes(_ host: String, _ manifest: String, _ row: Int, _ parameters: String = "{}") throws
    -> [Diagnostic]
  {
    let example = NetworkCase(
      row: row, title: "", host: host, manifest: manifest, parameters: parameters)
    return try example.joined().notes.filter { $0.code != .auditSourceNotUsed }
  }

  /// Row 8: a private endpoint beside a way to the public addresses.
  @Test func publicPathBesideAPrivateEndpoint() throws {
    let found = try notes("network: podnet", NetworkCase.linkedRegistry, 8)
    #expect(found.map(\.code.id) == ["audit-registry-public"])
    #expect(found.first?.severity == .warning)
    #expect(found.first?.message.contains("rule 'default-out' of web (node.yaml) still allows") == true)
    #expect(found.first?.message.contains("to 198.51.100.9 port 443") == true)
    #expect(try notes("network: podnet, defaults: {out: block}", NetworkCase.linkedRegistry, 8).isEmpty)
    // Only a part of the public addresses, which need not be the registry's.
    #expect(try notes(NetworkCase.toRegistry, NetworkCase.linkedRegistry, 8).isEmpty)
    let stated = try notes(
      NetworkCase.toRegistry, NetworkCase.linkedRegistry, 8, "{registryAddresses: [10.1.2.3, 203.0.113.9]}")
    #expect(stated.first?.message.contains("(node.yaml:10)") == true)
    #expect(
      try notes(NetworkCase.toRegistry, NetworkCase.openRegistry, 8, "{registryAddresses: [203.0.113.9]}")
        .isEmpty)
  }
}
