import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The switch extensions a request can enable or disable, of older and newer builds (reference: hns, 8.2).
  static let switchExtensions: [GUID] = [
    GUID(0xe7c3_b2f0_f3c5_48df_af2b_10fe_d6d7_2e7a), GUID(0xe9b5_9cfa_2be1_4b21_828f_b6fb_dbdd_c017),
    GUID(0xf74f_241b_440f_4433_bb28_00f8_9ead_20d8), GUID(0xea24_cd6c_d17a_4348_9190_09f0_d5be_83dd),
    GUID(0x430b_dadd_bab0_41ab_a369_94b6_7fa5_be0a),
  ]

  /// Performs a request on a network: its DNS settings, switch extensions, policies and subnets (reference:
  /// hns, 2).
  mutating func modifyNetwork(_ id: GUID, _ settings: JSON) throws(HCNError) {
    var network = try existing(network: id)
    let request = try DocumentReader(settings, .invalidArgument)
    let resource =
      try request.enumeration("ResourceType", NetworkResource.self, unknown: .requestUnsupported) ?? .dns
    let type = try request.enumeration("RequestType", RequestType.self, unknown: .requestUnsupported) ?? .add
    guard let details = try request.child("Settings") else {
      throw HCNError(.invalidNetwork, detail: "the request lacks 'Settings'")
    }
    switch (resource, type) {
    case (.dns, .add), (.dns, .update): network.dns = try details.dnsSettings()
    case (.extension, .update):
      guard let target = try details.objectID(), Self.switchExtensions.contains(target) else {
        throw HCNError(.switchExtensionNotFound)
      }
      network.extensions[target] = try details.flag("IsEnabled") ?? false
    case (.policy, .add), (.policy, .remove), (.policy, .update):
      let policies = try policyDetails(request).policies()
      let reader = PolicyReader(configuration: configuration, driver: network.driver, table: .network)
      let present = network.policies
      network.policies = try apply(
        type, try reader.validated(policies), isEmpty: policies.isEmpty, to: present)
      try checkRemovedSets(present, network)
    case (.subnet, .add), (.subnet, .remove): try changeSubnets(&network, type, details)
    case (.ipSubnet, .add), (.ipSubnet, .remove): try changeIPSubnets(&network, type, details)
    default:
      throw HCNError(
        .requestUnsupported,
        detail: "networks do not support requests of type \(type.rawValue) for \(resource.rawValue)")
    }
    try replace(network)
  }

  /// Stores a changed network after validation.
  mutating func replace(_ network: NetworkObject) throws(HCNError) {
    try check(network)
    if let present = networks[network.id] { releaseAdapters(of: present) }
    insert(network)
  }

  /// Subnets can be changed since schema 2.6; one with endpoint addresses cannot be removed.
  private func changeSubnets(
    _ network: inout NetworkObject, _ type: RequestType, _ details: DocumentReader
  ) throws(HCNError) {
    guard configuration.schemaMinor >= 6 else {
      throw HCNError(.requestUnsupported, detail: "subnets cannot be changed on this build")
    }
    for child in try details.children("Subnets") {
      if type == .add {
        let subnet = try subnet(Subnet(child), network: network.id, driver: network.driver)
        if network.ipams.isEmpty { network.ipams = [IPAM()] }
        network.ipams[0].subnets.append(subnet)
        try checkHeldAddresses(network)
        continue
      }
      let id = try child.objectID()
      let prefix = id == nil ? try child.prefix("IpAddressPrefix") : nil
      guard let target = network.subnets.first(where: { $0.id == id || $0.prefix == prefix }) else {
        throw HCNError(.subnetNotFound)
      }
      if let address = network.addresses.keys.first(where: { target.prefix.contains($0) }) {
        throw HCNError(.entityHasReferences, detail: "an endpoint has the address \(address)")
      }
      for group in network.ipams.indices { network.ipams[group].subnets.removeAll { $0.id == target.id } }
      network.ipams.removeAll(where: \.subnets.isEmpty)
    }
  }

  /// Refuses a new subnet that leaves an endpoint of the network outside or on a reserved address.
  private func checkHeldAddresses(_ network: NetworkObject) throws(HCNError) {
    for address in network.addresses.keys where network.subnet(of: address)?.isReserved(address) ?? true {
      throw HCNError(.entityHasReferences, detail: "an endpoint has the address \(address)")
    }
  }

  private func changeIPSubnets(
    _ network: inout NetworkObject, _ type: RequestType, _ details: DocumentReader
  ) throws(HCNError) {
    guard configuration.schemaMinor >= 6 else {
      throw HCNError(.requestUnsupported, detail: "IP subnets cannot be changed on this build")
    }
    let wanted = try details.guid("SubnetId")
    for group in network.ipams.indices {
      guard let index = network.ipams[group].subnets.firstIndex(where: { $0.id == wanted }) else { continue }
      var subnet = network.ipams[group].subnets[index]
      let stated = try ipSubnets(details.ipSubnets(), of: subnet)
      for part in stated {
        if type == .add {
          guard !subnet.ipSubnets.contains(where: { $0.id == part.id || $0.prefix == part.prefix }) else {
            throw HCNError(.invalidIPSubnet, detail: "\(part.prefix) already exists")
          }
          subnet.ipSubnets.append(part)
          continue
        }
        guard
          let position = subnet.ipSubnets.firstIndex(where: { $0.id == part.id || $0.prefix == part.prefix })
        else { throw HCNError(.subnetNotFound, detail: "\(part.prefix) does not exist") }
        if network.addresses.keys.contains(where: { part.prefix.contains($0) }) {
          throw HCNError(.entityHasReferences, detail: "an endpoint has an address in \(part.prefix)")
        }
        subnet.ipSubnets.remove(at: position)
      }
      network.ipams[group].subnets[index] = subnet
      return
    }
    throw HCNError(.subnetNotFound)
  }

  /// Refuses to remove an IP set that an ACL of the network's endpoints still refers to (reference: hns,
  /// 6.6).
  private func checkRemovedSets(_ before: [Policy], _ network: NetworkObject) throws(HCNError) {
    let kept = sets(of: network)
    let gone = Set(before.filter { $0.type == .setPolicy }.compactMap { $0.settings["Id"]?.string })
      .filter { kept[$0] == nil }
    guard !gone.isEmpty else { return }
    for (name, set) in kept where set.isNestedSet && set.setValues.contains(where: { gone.contains($0) }) {
      throw HCNError(.entityHasReferences, detail: "IP set '\(name)' refers to a set that would be removed")
    }
    for endpoint in network.endpoints {
      for policy in endpoints[endpoint]?.policies ?? [] {
        if let name = policy.acl?.setNames.first(where: { gone.contains($0) }) {
          throw HCNError(.entityHasReferences, detail: "an ACL refers to IP set '\(name)'")
        }
      }
    }
  }
}
