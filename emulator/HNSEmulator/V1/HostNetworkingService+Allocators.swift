import HostModel
import JSONText
import NetworkTypes

/// The resources the service allocates for an object, listed in documents of schema 1 under
/// `Resources.Allocators`.
///
/// The names of the members are documented, but few of their values (reference: hns, 4.4 and 8.3). Where they
/// are not, zero and false are this project's choice, and GUIDs are derived like any other.
extension HostNetworkingService {
  /// The allocators of a network: the host's own port and address translation on NAT, the routing domain on
  /// Overlay.
  func allocators(of network: NetworkObject) -> [JSON] {
    switch network.driver {
    case .nat:
      return [
        allocator("Host Vnic", of: network.id, network.ordinal, 0, hostPort(of: network)),
        v1Form.isNewest && network.mode == .nat
          ? allocator("NAT", of: network.id, network.ordinal, 1, translation(of: network))
          : allocator("ICS", of: network.id, network.ordinal, 1, connectionSharing(of: network)),
      ]
    case .overlay:
      var members: JSONObject = [
        "PortId": ownText("routingPort", network.id), "RDID": .string(v1Form.id(network.id)),
        "SwitchId": ownText("switch", network.id),
      ]
      if let isolation = isolationID(of: network) { members["Isolation_0"] = isolation }
      return [allocator("RDID", of: network.id, network.ordinal, 0, members)]
    case .transparent, .l2bridge, .l2tunnel: return []
    }
  }

  /// The allocators of an endpoint: its port, and on a switch that filters with VFP its rules and its
  /// isolation.
  func allocators(of endpoint: EndpointObject) -> [JSON] {
    guard let network = networks[endpoint.network] else { return [] }
    var result = [
      allocator("Endpoint Port", of: endpoint.id, endpoint.ordinal, 0, port(of: endpoint, network))
    ]
    if network.driver.filtersWithVFP {
      result.append(
        allocator(
          "ACL Policy", of: endpoint.id, endpoint.ordinal, result.count,
          ["IsPolicy": true, "Rules": .array(rules(of: endpoint))]
        ))
    }
    if let isolation = isolationID(of: network), network.driver.filtersWithVFP || network.driver == .nat {
      result.append(
        allocator(
          "Isolation Policy", of: endpoint.id, endpoint.ordinal, result.count,
          [
            "InDefaultIsolation": false, "IsPolicy": true, "IsolationID": isolation,
            "IsolationType": network.driver == .nat ? 3 : 0,
          ]))
    }
    return result
  }

  /// An allocator with the common members.
  private func allocator(
    _ tag: String, of owner: GUID, _ ordinal: Int64, _ order: Int, _ members: JSONObject
  ) -> JSON {
    var result = JSONObject([
      .init("Tag", .string(tag)), .init("ID", ownText("allocator \(tag)", owner)),
      .init("AdditionalParams", [:]), .init("AllocationOrder", .number(order)), .init("Flags", 0),
      .init("Health", health(ordinal)), .init("State", 3),
    ])
    for member in members.members {
      if member.key == "Health" {
        var health = health(ordinal).object ?? JSONObject()
        health.members += member.value.object?.members ?? []
        result["Health"] = .object(health)
      } else {
        result[member.key] = member.value
      }
    }
    return .object(result)
  }

  /// The switch that a network is on: its own, or that of the network it is layered on (reference: hns, 10.3).
  func layer(of network: NetworkObject) -> JSON {
    let base = network.layer.flatMap { networks[$0] } ?? network
    var allocators = [allocator("Host Vnic", of: base.id, base.ordinal, 0, hostPort(of: base))]
    if base.mode.usesAdapter {
      allocators.append(
        allocator(
          "External Adapter Info", of: base.id, base.ordinal, 1,
          [
            "ExternalNicPortGuid": ownText("externalPort", base.id), "IsPolicy": false,
            "NetworkAdapterName": .string(base.adapter ?? ""), "SwitchId": ownText("switch", base.id),
          ]))
    }
    return ["ID": ownText("layer", base.id), "Resources": resources(ownID("layer", base.id), allocators)]
  }

  /// The host's port on the switch of a network.
  private func hostPort(of network: NetworkObject) -> JSONObject {
    var result: JSONObject = [
      "AdapterNetCfgInstanceId": .string("{\(v1Form.id(ownID("hostAdapter", network.id)))}"),
      "CompartmendId": 0, "Connected": true, "DevicelessNic": false,
      "EndpointNicGuid": ownText("hostNic", network.id),
      "EndpointPortGuid": .string(v1Form.id(portID(.host, of: network))),
      "Hidden": false, "InterfaceGuid": ownText("hostInterface", network.id), "IsPolicy": false,
      "IsolationId": network.v1Members["VLAN"] ?? 0, "MTU": 0,
      "MacAddress": .string("\(MACAddress(network.macPool.first?.lowerBound ?? 0))"),
      "ManagementPort": true,
      "NicFriendlyName": .string(v1Form.isNewest ? String(network.name.prefix(15)) : network.name),
      "PreferredPortFriendlyName": .string(portName(.host, of: network)),
      "SwitchId": ownText("switch", network.id), "WaitForIpv6Interface": false, "nonPersistentPort": false,
    ]
    if v1Form.isNewest {
      result.members += [
        .init("DNSFirewallRules", true), .init("DhcpDisabled", true), .init("NcfHidden", false),
        .init("NlmHidden", true),
      ]
    }
    return result
  }

  /// The address translation of a NAT network from HNS 13.3 on.
  private func translation(of network: NetworkObject) -> JSONObject {
    let prefix = network.subnets.first?.prefix
    return [
      "Health": ["NATState": 2], "Prefix": .number(prefix?.length ?? 0),
      "SubnetIPAddress": .string(prefix.map { "\($0.address)" } ?? ""),
    ]
  }

  /// The connection sharing of a NAT network.
  private func connectionSharing(of network: NetworkObject) -> JSONObject {
    let prefix = network.subnets.first?.prefix
    return [
      "Dhcp": false, "Dns": true, "ExternalInterfaceConstraint": 0,
      "Health": ["DHCPState": 0, "DNSState": 0, "ICSState": 0], "ICSFlags": 0,
      "Prefix": .number(prefix?.length ?? 0), "PrivateInterfaceGUID": ownText("hostInterface", network.id),
      "SubnetIPAddress": .string(prefix.map { "\($0.address)" } ?? ""),
    ]
  }

  /// The port of an endpoint.
  private func port(of endpoint: EndpointObject, _ network: NetworkObject) -> JSONObject {
    [
      "CompartmendId": .number(endpoint.namespace.flatMap { namespaces[$0]?.compartment } ?? 0),
      "Connected": .bool(state(of: endpoint).isAttached), "DevicelessNic": false,
      "EndpointNicGuid": ownText("nic", endpoint.id),
      "EndpointPortGuid": .string(v1Form.id(portID(of: endpoint.id))), "Hidden": false,
      "InterfaceGuid": ownText("interface", endpoint.id), "IsPolicy": false,
      "IsolationId": isolationID(of: network) ?? 0, "MacAddress": .string("\(endpoint.mac)"),
      "ManagementPort": false, "NicFriendlyName": .string(endpoint.name),
      "PreferredPortFriendlyName": .string(endpoint.id.uppercase),
      "SwitchId": ownText("switch", network.layer ?? network.id),
    ]
  }

  /// The ACLs of an endpoint, or the two rules that allow everything if it has none (reference: hns, 6.8).
  private func rules(of endpoint: EndpointObject) -> [JSON] {
    let acls = endpoint.policies.filter { $0.type == .acl }.map(\.settings)
    guard acls.isEmpty else { return acls }
    return ["In", "Out"].map { ["Action": "Allow", "Direction": .string($0), "Priority": 65500] }
  }

  /// The VSID of a network's subnets, or else their VLAN, or that of a nat network.
  private func isolationID(of network: NetworkObject) -> JSON? {
    let policies = network.subnets.flatMap(\.policies)
    let policy = policies.first { $0.type == .vsid } ?? policies.first
    return policy?.settings["IsolationId"] ?? network.v1Members["VLAN"]
  }
}
