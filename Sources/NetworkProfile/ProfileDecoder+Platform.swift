import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Checks an endpoint against the capabilities of its driver and isolation.
  mutating func checkPlatform(
    _ endpoint: EndpointDeclaration, ownACLs: Int, _ cell: PlatformCell, _ fields: AttachmentFields
  ) {
    let statesPolicy = refusePolicyWhereFixed(endpoint, cell, fields)
    guard statesPolicy, !cell.programmablePoints.isEmpty else { return }
    checkPseudoProtocols(endpoint, cell)
    checkIPv6(endpoint, ownACLs: ownACLs, cell, fields)
    checkServer2025(cell, fields)
  }

  /// Refuses ACLs and defaults where port ACLs are fixed; returns whether the endpoint has any.
  private mutating func refusePolicyWhereFixed(
    _ endpoint: EndpointDeclaration, _ cell: PlatformCell, _ fields: AttachmentFields
  ) -> Bool {
    var found = false
    for (key, title) in [(WorkloadKey.defaults, "defaults"), (.aclSets, "ACL sets"), (.acls, "ACLs")] {
      guard let node = fields[key], yaml.kind(node) == .mapping || yaml.count(node) > 0 else { continue }
      found = true
      guard cell.programmablePoints.isEmpty else { continue }
      report(
        .aclNotProgrammable,
        "\(title) cannot be changed with Hyper-V isolation on \(cell.driver.rawValue) networks",
        at: keyLocation(node),
        notes: fields[.isolation].map { [.init("the isolation is specified here", yaml.location($0))] } ?? [],
        help: "use 'isolation: process', or an l2bridge, l2tunnel or overlay network")
    }
    return found
  }

  /// Refuses VFP's pseudo protocol numbers in ACLs that cannot match them.
  ///
  /// 251 is never valid in an ACL that VFP enforces, 252 from the version that the host assumes. Windows Firewall
  /// treats both like any other number; where VFP does not filter, an ACL of nothing else is refused, because it
  /// cannot do what it says (reference: windows-firewall-and-vfp, 4.1 and 8).
  private mutating func checkPseudoProtocols(_ endpoint: EndpointDeclaration, _ cell: PlatformCell) {
    for acl in endpoint.acls where Self.mayHavePseudoProtocols(acl) {
      checkPseudoProtocols(acl, cell, at: acl.name.location, in: nil)
    }
    for set in endpoint.aclSets where setFacts(set.value).mayHavePseudoProtocols {
      for acl in aclSets[set.value].acls where Self.mayHavePseudoProtocols(acl) {
        checkPseudoProtocols(acl, cell, at: set.location, in: acl.name.location)
      }
    }
  }

  static func mayHavePseudoProtocols(_ acl: ACLDeclaration) -> Bool {
    (acl.match.protocols?.intervals.last?.upper ?? 0) >= IPProtocol.encryptedVXLAN.number
  }

  private mutating func checkPseudoProtocols(
    _ acl: ACLDeclaration, _ cell: PlatformCell, at location: SourceRange, in set: SourceRange?
  ) {
    let pseudo = ProtocolSet([.encryptedVXLAN, .vxlan])
    guard cell.driver.filtersWithVFP || acl.match.protocols?.isSubset(of: pseudo) == true else { return }
    let notes = set.map { [Diagnostic.Note("the ACL '\(acl.name.value)' is here", $0)] } ?? []
    if acl.match.protocols?.contains(IPProtocol.encryptedVXLAN.number) == true {
      report(
        .protocolNotSupported,
        "the ACL '\(acl.name.value)' specifies protocol 251, which only VFP's own rules use", at: location,
        notes: notes)
    }
    guard acl.match.protocols?.contains(IPProtocol.vxlan.number) == true else { return }
    guard cell.driver.filtersWithVFP else {
      report(
        .protocolNotSupported,
        "the ACL '\(acl.name.value)' specifies protocol 252, VFP's number for VXLAN, but VFP does not filter "
          + "on \(cell.driver.rawValue) networks",
        at: location, notes: notes)
      return
    }
    guard
      !host.windows.hnsVersion.protocolsOfSwitchACLs(host.assumptions).contains(IPProtocol.vxlan.number)
    else { return }
    report(
      .featureNotAvailable,
      "the ACL '\(acl.name.value)' specifies protocol 252, which VFP accepts from HNS \(host.assumptions.protocol252 == .hns9 ? "9.3" : "11.0") on, but \(hostTitle) has HNS \(host.windows.hnsVersion)",
      at: location, notes: notes + hostNotes)
  }

  /// Reports what ACLs cannot do about IPv6.
  ///
  /// The ACLs that a workload has for all its networks, which come last, can be for another one.
  private mutating func checkIPv6(
    _ endpoint: EndpointDeclaration, ownACLs: Int, _ cell: PlatformCell, _ fields: AttachmentFields
  ) {
    let families = cell.addressFamilies(host.windows)
    let isUnfiltered = !cell.filteredFamilies(host.windows).contains(.ipv6)
    guard isUnfiltered else { return }
    if families.contains(.ipv6) {
      guard let node = fields[.acls] ?? fields[.aclSets] ?? fields[.defaults] else { return }
      let network = networks[endpoint.network]
      let speaksIPv6 =
        endpoint.addresses.contains { $0.value.family == .ipv6 }
        || network.subnets.contains { $0.prefix.value.family == .ipv6 }
        || endpoint.acls.contains { $0.match.families.contains(.ipv6) && !$0.match.families.contains(.ipv4) }
      guard speaksIPv6 else { return }
      report(
        .ipv6NotFiltered,
        "HNS ACLs do not apply to IPv6 on \(cell.driver.rawValue) networks: IPv6 packets are allowed",
        at: keyLocation(node))
      return
    }
    for acl in endpoint.acls.prefix(ownACLs)
    where acl.unresolved == nil && !acl.match.families.contains(.ipv4) {
      report(
        .ipv6NotAvailable,
        "the ACL '\(acl.name.value)' matches IPv6 addresses only, but its network has no IPv6",
        at: acl.name.location,
        notes: cell.driver == .l2bridge ? hostNotes : [], help: "remove the ACL")
    }
  }

  /// On Windows Server 2025 the revision decides whether ACLs on nat take effect; if none is specified,
  /// they are assumed to (reference: windows-firewall-and-vfp, 4.3).
  private mutating func checkServer2025(_ cell: PlatformCell, _ fields: AttachmentFields) {
    guard cell.driver == .nat, host.windows.build == 26100, host.windows.revision == nil,
      host.assumptions.natAclOnServer2025 == .byRevision, !usage.warnedOfRevision,
      let node = fields[.acls] ?? fields[.aclSets] ?? fields[.defaults]
    else { return }
    usage.warnedOfRevision = true
    report(
      .revisionUnknown,
      "ACLs of nat endpoints take effect on build 26100 from revision 32690 on, which is assumed",
      at: keyLocation(node), notes: hostNotes, help: "specify the revision, as in 'windows: 26100.32690'")
  }
}
