import Diagnostics
import Foundation
import HNSEmulator
import HostImport
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan
import PolicyViews
import TestSupport
import Testing

/// The text that `hnsctl show vfp` prints is read back, and nothing is lost.
@Suite struct VFPReadBackTests {
  private static let profiles: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../profiles").standardizedFileURL
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { folder.appending(path: $0).path }
  }()

  @Test("of a shipped profile", arguments: profiles) func shipped(_ path: String) throws {
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    try check(try ProfileHost(text, file: path))
  }

  @Test("of random profiles") func random() throws {
    var hosts = 0
    for seed in UInt64(20_100)..<20_160 {
      guard let host = try? ProfileHost(RandomProfile.text(seed: seed)) else { continue }
      hosts += 1
      try check(host, "seed \(seed)")
    }
    #expect(hosts > 30)
  }

  private func check(_ host: ProfileHost, _ comment: Comment = "") throws {
    let documents = try HostDocuments(host.service, ledger: host.ledger)
    let view = HostView(host.service, reading: documents, ledger: host.ledger)
    let text = view.lines(.vfp).map { $0 + "\n" }.joined()
    let ports = host.service.withContainersStarted().vfpPorts.map(host.named.named)
    guard !ports.isEmpty else { return }
    let parsed = VFPReadBack(text)
    #expect(parsed.kept == [], comment)
    #expect(parsed.vfp.ports.count == ports.count, comment)
    #expect(parsed.vfp.replies.count == ports.count { !$0.layers.isEmpty }, comment)
    for (record, port) in zip(parsed.vfp.ports, ports) { compare(record, port, comment) }
    for (reply, port) in zip(parsed.vfp.replies, ports.filter { !$0.layers.isEmpty }) {
      compare(reply, port, comment)
    }
    try checkImport(text, documents, host.service, comment)
  }

  private func compare(_ record: VFPPortRecord, _ port: VFPPort, _ comment: Comment) {
    #expect(record.name == port.id.uppercase, comment)
    #expect(record.friendlyName == port.name, comment)
    #expect(record["Switch name"] == port.switchID.uppercase, comment)
    #expect(record["NIC name"] == port.nicID.uppercase, comment)
    #expect(record["NIC Friendly name"] == port.nicName, comment)
    #expect(record["Port type"] == (port.kind == .external ? "External" : "Synthetic"), comment)
    #expect(record.mac == port.mac, comment)
  }

  private func compare(_ reply: VFPReply, _ port: VFPPort, _ comment: Comment) {
    #expect(reply.isComplete && reply.port == port.id.uppercase, comment)
    #expect(reply.layers.map(\.name) == port.layers.map(\.rawValue), comment)
    #expect(reply.layers.map(\.flags) == port.layers.map { Int($0.flags.rawValue) }, comment)
    #expect(reply.layers.map(\.priority) == port.layers.map { Int($0.priority) }, comment)
    let groups = port.layers.flatMap { layer in port.groups.filter { $0.layer == layer } }
    #expect(reply.groups.map(\.name) == groups.map(\.name), comment)
    #expect(reply.groups.map(\.layer) == groups.map(\.layer.rawValue), comment)
    #expect(reply.groups.map(\.priority) == groups.map { Int($0.priority) }, comment)
    #expect(reply.groups.map(\.direction) == groups.map { $0.direction == .in ? "IN" : "OUT" }, comment)
    #expect(reply.groups.map(\.type) == groups.map { $0.family == .ipv4 ? "IPv4" : "IPv6" }, comment)
    let rules = groups.flatMap { group in
      zip(port.rules, port.ruleIDs).filter { $0.0.group == group }
    }
    #expect(reply.rules.count == rules.count, comment)
    for (record, (rule, id)) in zip(reply.rules, rules) {
      #expect(record.group == rule.group.name && record.layer == rule.group.layer.rawValue, comment)
      #expect(record.name == id?.uppercase ?? "", comment)
      #expect(record.friendlyName ?? "" == rule.name, comment)
      #expect(record.priority == Int(rule.priority) && record.flags == rule.effect.flags, comment)
      #expect(record.type == rule.effect.typeName && record.flowTTL == rule.effect.flowTTL, comment)
      #expect(record.ruleMatch == rule.match, "\(comment): \(record)")
      #expect(record.effect == rule.effect, "\(comment): \(record)")
    }
  }

  /// The text agrees with the documents of the same host.
  private func checkImport(
    _ text: String, _ documents: HostDocuments, _ service: HostNetworkingService, _ comment: Comment
  ) throws {
    let objects =
      try documents.networks.map { try service.document(.network, $0.id) }
      + documents.endpoints.map { try service.document(.endpoint, $0.id) }
      + documents.namespaces.map { try service.document(.namespace, $0.id) }
    let (host, diagnostics) = HostImport.host(
      [
        HostImport.File(name: "host.json", bytes: Array(JSON.array(objects).text().utf8)),
        HostImport.File(name: "vfp.txt", bytes: Array(text.utf8)),
      ], windows: service.configuration.build)
    let imported = try #require(host, comment)
    #expect(diagnostics.filter { $0.code == .captureContradiction }.map(\.message) == [], comment)
    #expect(
      !imported.service.gaps.endpoints.values.joined().contains { $0.kind == .vfpRules }, comment)
  }
}

/// The text of vfpctrl with what is not read of it.
struct VFPReadBack {
  var vfp = CapturedVFP()
  var kept: [String] = []

  init(_ text: String) {
    var host = CapturedHost()
    do throws(Diagnostic) {
      try CaptureForms.read(Array(text.utf8), file: "vfp.txt", into: &host)
    } catch {
      kept.append(error.message)
    }
    vfp = host.vfp
    kept += host.unread.map { "\($0.reason): \($0.text ?? "")" }
  }
}

extension VFPRuleRecord {
  /// The conditions in the terms of the endpoint.
  fileprivate var ruleMatch: RuleMatch? { knownGroup.flatMap { try? match($0) } }

  /// What the rule does, by its type and data.
  fileprivate var effect: VFPEffect? {
    func value(_ label: String) -> String? {
      data.first { $0.hasPrefix(label + " : ") }.map { String($0.dropFirst(label.count + 3)) }
    }
    let targets = data.compactMap { line -> VFPEffect.Target? in
      let words = line.split(separator: " ")
      guard words.count == 5, words[0] == "DIP", words[3] == "port", let port = UInt16(words[4]),
        let address = IPAddress(words[2].dropLast())
      else { return nil }
      return VFPEffect.Target(address, port)
    }
    switch type {
    case "allow": return .allow
    case "block": return .block
    case "nat": return targets.first.map { .translate($0) }
    case "lbnat": return .balance(targets)
    case "dynnat": return value("NAT pool").map { .translateSource(pool: $0) }
    case "paroute": return .route
    case "routeencap":
      return value("IP address").flatMap { IPAddress($0) }.map { .encapsulate(provider: $0) }
    case "decap": return .decapsulate
    default: return nil
    }
  }
}
