package import HNSEmulator
import HostModel
package import JSONText
import NetworkTypes
import PolicyCompiler
package import PolicyPlan

/// The objects and rules of a host, formatted like the Windows tools (reference: hns, 8;
/// windows-firewall-and-vfp, 1, 2.4 and 3.3).
package struct HostView: Sendable {
  /// The subjects that can be shown.
  package enum Subject: String, Sendable, CaseIterable {
    case networks, endpoints, namespaces, compartments, acls, firewall, vfp, loadbalancers, hnsdiag, ipconfig
  }

  private let host: HostNetworkingService
  /// The host as if every container ran, whose rules are shown.
  private let running: HostNetworkingService
  private let reading: HostDocuments
  /// The same host with named rules.
  let named: HostWithRuleNames
  private let endpoints: [GUID: EndpointRecord]
  private let networkNames: [GUID: String]

  /// Prepares the view of a host.
  ///
  /// - Parameters:
  ///   - host: The host.
  ///   - reading: The objects of the host.
  ///   - ledger: The owners of ACLs, for hosts that keep no ACL Ids.
  package init(_ host: HostNetworkingService, reading: HostDocuments, ledger: OwnershipLedger) {
    self.host = host
    running = host.withContainersStarted()
    self.reading = reading
    named = HostWithRuleNames(running, ledger: ledger)
    endpoints = Dictionary(reading.endpoints.map { ($0.id, $0) }) { first, _ in first }
    networkNames = Dictionary(reading.networks.map { ($0.id, $0.name) }) { first, _ in first }
  }

  /// The subject as lines.
  ///
  /// - Parameters:
  ///   - subject: What is shown.
  ///   - width: The columns of the terminal, for what no Windows tool prints; nil for lines of any length.
  package func lines(_ subject: Subject, width: Int? = nil) -> [String] {
    switch subject {
    case .networks: lists(.network, reading.networks.map(\.id), none: "networks")
    case .endpoints: lists(.endpoint, reading.endpoints.map(\.id), none: "endpoints")
    case .namespaces: lists(.namespace, reading.namespaces.map(\.id), none: "namespaces")
    case .compartments: CompartmentView.lines(host.compartments)
    case .acls: aclLines(width)
    case .firewall: firewallLines
    case .vfp: vfpLines
    case .loadbalancers: loadBalancerLines
    case .hnsdiag: hnsdiagLines
    case .ipconfig: ipconfigLines
    }
  }

  /// The subject as JSON.
  package func document(_ subject: Subject) -> JSON {
    let entries: [JSON] =
      switch subject {
      case .networks: reading.networks.map(\.document)
      case .endpoints: reading.endpoints.map(endpointDocument)
      case .namespaces: reading.namespaces.map(namespaceDocument)
      case .compartments: CompartmentView.document(host.compartments)["compartments"]?.array ?? []
      case .acls: aclDocuments
      case .firewall: firewallDocuments
      case .vfp: vfpDocuments
      case .loadbalancers: loadBalancerDocuments
      case .hnsdiag: hnsdiagDocuments
      case .ipconfig: ipconfigDocuments
      }
    var object = JSONObject([.init("formatVersion", 1), .init(subject.rawValue, .array(entries))])
    if subject == .firewall { object.append("captured", capturedFirewallDocument) }
    if subject == .loadbalancers { object.append("portBlocks", .array(portBlockDocuments)) }
    return .object(object)
  }

  // MARK: HNS objects

  /// Documents of schema 1, as the cmdlets of the HNS modules print them: no Windows tool prints members of its
  /// own choice, and states are numbers (reference: hns, 8.2 to 8.4; windows-firewall-and-vfp, 10.3).
  private func lists(_ kind: HCNObjectKind, _ ids: [GUID], none: String) -> [String] {
    guard !ids.isEmpty else { return ["The host has no \(none)."] }
    // Windows does not print owners.
    return FormatList.lines(
      ids.map { id in FormatList.fields(olderDocument(kind, id)).filter { $0.0 != "Owner" } })
  }

  private func isAttached(_ record: EndpointRecord) -> Bool {
    guard let namespace = reading.namespace(of: record) else { return false }
    return namespace.compartmentId != 0
  }

  private func endpointDocument(_ record: EndpointRecord) -> JSON {
    guard var object = (try? host.properties(.endpoint, record.id, query: HCN.queryAll))?.object else {
      return .null
    }
    object.append("pending", .bool(!isAttached(record)))
    return .object(object)
  }

  private func namespaceDocument(_ record: NamespaceRecord) -> JSON {
    (try? host.properties(.namespace, record.id, query: HCN.queryAll)) ?? .null
  }

  // MARK: ACLs

  private func aclLines(_ width: Int?) -> [String] {
    var rows = [
      [
        "Endpoint", "RuleType", "Priority", "Direction", "Action", "Protocols", "Local", "Remote", "Id",
        "State",
      ]
    ]
    for endpoint in reading.endpoints {
      for acl in endpoint.acls {
        let settings = acl.settings
        func text(_ key: String) -> String { Self.shortened(settings[key]?.string ?? "") }
        func side(_ side: String) -> String {
          [text("\(side)Addresses"), text("\(side)Ports").isEmpty ? "" : "port \(text("\(side)Ports"))"]
            .filter { !$0.isEmpty }.joined(separator: " ")
        }
        rows.append([
          printable(endpoint.name), acl.acl.ruleType?.rawValue ?? "", acl.acl.priority.map { "\($0)" } ?? "",
          acl.acl.direction == .in ? "In" : "Out", acl.acl.action.documentName,
          Self.protocols(acl.acl.match.protocols),
          printable(side("Local")), printable(side("Remote")), printable(acl.acl.id ?? ""),
          state(of: acl.acl, endpoint),
        ])
      }
    }
    return rows.count == 1 ? ["No endpoint has an ACL."] : columns(rows, width: width)
  }

  private func state(of acl: PortACL, _ endpoint: EndpointRecord) -> String {
    guard isEnforced(acl, endpoint) else { return "stored, not enforced" }
    return isAttached(endpoint) ? "programmed" : "pending"
  }

  /// Whether an ACL takes effect, as soon as its endpoint is attached.
  private func isEnforced(_ acl: PortACL, _ endpoint: EndpointRecord) -> Bool {
    reading.cell(of: endpoint)?.enforces(acl, host.build, host.assumptions) ?? true
  }

  private static func shortened(_ list: String) -> String {
    let entries = list.split(separator: ",")
    guard entries.count > 4 else { return list }
    return entries.prefix(3).joined(separator: ",") + ",… (\(entries.count))"
  }

  static func protocols(_ set: ProtocolSet?) -> String {
    guard let set else { return "" }
    return set.intervals.map { $0.lower == $0.upper ? "\($0.lower)" : "\($0.lower)-\($0.upper)" }
      .joined(separator: ",")
  }

  private var aclDocuments: [JSON] {
    reading.endpoints.flatMap { endpoint in
      endpoint.acls.map { acl in
        .object(
          JSONObject([
            .init("endpoint", .string(endpoint.name)), .init("pending", .bool(!isAttached(endpoint))),
            .init("enforced", .bool(isEnforced(acl.acl, endpoint))),
            .init("rule", RuleStatement(acl.acl).document), .init("settings", acl.settings),
          ]))
      }
    }
  }
}

extension HostView {
  /// The host whose rules are shown, for the extensions in other files: that in which every container runs.
  var service: HostNetworkingService { running }

  /// Whether rules of endpoints are only those that will take effect, because no container has started.
  func isPending(_ endpoints: [GUID]) -> Bool {
    endpoints.contains { id in self.endpoints[id].map { !isAttached($0) } ?? false }
  }

  /// What is said where they are shown.
  static let pendingText = "no container has started: its rules as they will be"

  /// The objects of the host.
  var inventory: HostDocuments { reading }

  /// The compartments of the host's own stack.
  var hostCompartments: [Compartment] { host.compartments }

  /// The document of an object in schema 1.
  func olderDocument(_ kind: HCNObjectKind, _ id: GUID) -> JSON {
    (try? host.properties(kind, id, query: nil)) ?? .null
  }

  /// The load balancers, oldest first.
  var balancers: [HostComputeLoadBalancer] { reading.loadBalancers }

  /// The name of a network.
  func networkName(_ id: GUID) -> String? { networkNames[id] }

  /// The name of an endpoint.
  func endpointName(_ id: GUID) -> String? { endpoints[id]?.name }
}

/// Fields as Format-List prints them: labels padded to the longest, then ` : `.
func formatList(_ fields: [(String, String)]) -> [String] {
  let width = fields.map(\.0.count).max() ?? 0
  return fields.map { label, value in
    let line = label + String(repeating: " ", count: width - label.count) + " : " + printable(value)
    return value.isEmpty ? String(line.dropLast()) : line
  }
}
