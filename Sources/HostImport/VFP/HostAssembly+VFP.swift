import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// The rules that VFP holds, compared with those that the emulated service makes of the documents.
///
/// Rules of ACL_ENDPOINT_LAYER decide whether packets pass; where they differ, what VFP does at that endpoint is not
/// known. Rules of other layers translate and route packets, and are compared by their names only
/// (reference: windows-firewall-and-vfp, 3.5 and 10.1). Where HNS makes a rule of no document, the rule is kept.
extension HostAssembly {
  /// Compares the rules of all ports, and keeps those without a port or an endpoint.
  mutating func compareVFPRules(with service: inout HostNetworkingService) {
    guard !captured.vfp.replies.isEmpty || !captured.vfp.states.isEmpty else { return }
    let owners = VFPPortOwners(captured.vfp.ports, objects)
    var listings: [VFPListing] = []
    var positions: [GUID: Int] = [:]
    var others: [VFPReply] = []
    for reply in captured.vfp.replies {
      guard let port = reply.port else {
        keep(reply, because: "the text does not say which port it is of, so that it is not evaluated")
        continue
      }
      if !reply.isComplete, !reply.rules.isEmpty {
        keep(reply, because: "the reply ends before its last line, so that rules can be missing")
        continue
      }
      if let endpoint = owners.endpoint(of: port) {
        let position = positions[endpoint] ?? listings.count
        if position == listings.count {
          listings.append(VFPListing(endpoint: endpoint))
          positions[endpoint] = position
        }
        listings[position].add(reply)
      } else if owners.isOfSwitch(port) {
        others.append(reply)
      } else if !reply.rules.isEmpty {
        keep(reply, because: "no endpoint in the capture has the port \(port)")
      }
    }
    let (host, differences) = settled(listings, &service)
    for reply in others { keepUnknownRules(of: reply, in: host.switchPorts) }
    for (listing, differences) in zip(listings, differences) { compare(listing, host, differences) }
    for state in captured.vfp.states where state.isBlocked == true || state.isEnabled == false {
      guard let endpoint = state.port.flatMap({ owners.endpoint(of: $0) }),
        host.ports[endpoint]?.layers.isEmpty == false
      else { continue }
      // Fail-closed until enabled and unblocked (reference: windows-firewall-and-vfp, 3.1).
      let word = state.isBlocked == true ? "blocked" : "not enabled"
      differ(endpoint, "the VFP port of \(name(endpoint)) is \(word)", at: state.place)
    }
  }

  /// The host under the assumptions that agree with the most ports, which it then has, and how each port differs.
  ///
  /// Whether the platform's own rules stay once an endpoint has ACLs is an assumption, which a list of these rules
  /// decides for its host.
  private mutating func settled(
    _ listings: [VFPListing], _ service: inout HostNetworkingService
  ) -> (host: ExpectedVFP, differences: [[VFPListing.Difference]]) {
    struct Reading {
      var host: ExpectedVFP
      var assumptions: Assumptions
      var differences: [[VFPListing.Difference]]
      var differing: Int

      init(_ service: HostNetworkingService, _ assumptions: Assumptions, _ listings: [VFPListing]) {
        self.assumptions = assumptions
        let host = ExpectedVFP(service)
        self.host = host
        differences = listings.map { $0.differences(on: host) }
        differing = differences.count { !$0.isEmpty }
      }
    }
    let stated = service.configuration.assumptions
    var best = Reading(service, stated, listings)
    for deny in [Assumptions.ImplicitDeny.anyAcl, .never] {
      for scope in Assumptions.ImplicitDenyScope.allCases where best.differing > 0 {
        var assumptions = stated
        assumptions.implicitDeny = deny
        assumptions.implicitDenyScope = scope
        guard assumptions != stated else { continue }
        var other = service
        other.assume(assumptions)
        let reading = Reading(other, assumptions, listings)
        if reading.differing < best.differing { best = reading }
      }
    }
    if best.assumptions != stated {
      service.assume(best.assumptions)
      let (deny, scope) = (best.assumptions.implicitDeny, best.assumptions.implicitDenyScope)
      report(
        .captureAssumptionInferred,
        "the rules of VFP agree with implicitDeny=\(deny.rawValue) and implicitDenyScope=\(scope.rawValue)",
        at: listings.first?.replies.first?.place)
    }
    return (best.host, best.differences)
  }

  private mutating func compare(
    _ listing: VFPListing, _ host: ExpectedVFP, _ differences: [VFPListing.Difference]
  ) {
    let endpoint = listing.endpoint
    let port = host.ports[endpoint]
    for reply in listing.replies { keepUnknownRules(of: reply, in: port.map { [$0] } ?? []) }
    // What is missing in the documents is a gap already.
    guard gaps.endpoints[endpoint]?.contains(where: { $0.kind != .isolation }) != true else { return }
    guard port != nil else {
      if listing.hasACLRules {
        differ(
          endpoint, "VFP has rules on the port of \(name(endpoint)), which is not attached in its document",
          at: listing.replies.first?.place)
      }
      return
    }
    guard let first = differences.first else { return }
    differ(
      endpoint,
      "the VFP rules of \(name(endpoint)) are not those of its ACLs: "
        + Listing.text(differences.map(\.text), limit: 5), at: first.place ?? listing.replies.first?.place)
  }

  private mutating func differ(_ endpoint: GUID, _ message: String, at place: CapturePlace?) {
    report(.captureContradiction, message, at: place, help: "capture all parts of the host at the same time")
    gaps.add(EndpointGap(.vfpRules), to: endpoint)
  }

  private func name(_ endpoint: GUID) -> String {
    guard let object = self.endpoint(endpoint), !object.name.isEmpty else {
      return "endpoint \(endpoint.lowercase)"
    }
    return "endpoint '\(object.name)'"
  }

  // MARK: Rules that are kept

  private mutating func keep(_ reply: VFPReply, because reason: String) {
    gaps.unread.append(
      UnreadPart(place: "\(reply.place)", reason: reason, text: reply.text.lines.text(reply.lines)))
  }

  /// Keeps the rules outside of ACL_ENDPOINT_LAYER that none of some ports has.
  private mutating func keepUnknownRules(of reply: VFPReply, in ports: [VFPPort]) {
    struct Key: Hashable {
      var group: String
      var name: String
    }
    let others = reply.rules.filter { $0.knownGroup?.layer != .endpointACL }
    guard !others.isEmpty else { return }
    var known: Set<Key> = []
    for port in ports {
      for rule in port.rules { known.insert(Key(group: rule.group.name, name: rule.name)) }
    }
    let unknown = others.filter {
      !known.contains(Key(group: $0.group ?? "", name: $0.friendlyName ?? ""))
    }
    guard !unknown.isEmpty else { return }
    let lines = reply.text.lines
    let text = unknown.map { lines.text($0.lines) }.joined(separator: "\n")
    gaps.unread.append(
      UnreadPart(
        place: "\(reply.place)",
        reason: "the rules of VFP on port \(reply.port ?? "") come from no document, and are not evaluated",
        text: text))
  }
}

/// The ports with the rules that the documents of a host give.
struct ExpectedVFP {
  /// Those of endpoints.
  private(set) var ports: [GUID: VFPPort] = [:]
  /// Those of the host, of distributed routers and of adapters.
  private(set) var switchPorts: [VFPPort] = []
  /// The families of the addresses of endpoints.
  private(set) var families: [GUID: Set<AddressFamily>] = [:]

  init(_ service: HostNetworkingService) {
    for port in service.vfpPorts {
      if let endpoint = port.endpoint { ports[endpoint] = port } else { switchPorts.append(port) }
    }
    for endpoint in service.topology.endpoints {
      families[endpoint.id] = Set(endpoint.addresses.map(\.family))
    }
  }
}

/// Which endpoint a VFP port is of.
private struct VFPPortOwners {
  private var endpoints: [String: GUID] = [:]
  /// The ports of the host, the distributed router and the adapter of a switch.
  private var switchPorts: Set<String> = []

  /// Finds the ports of endpoints: the allocator of the endpoint names its port, a port's friendly name is the
  /// endpoint's id, its MAC address is the endpoint's, or its name is the endpoint's id
  /// (reference: windows-firewall-and-vfp, 1.3, 3.4 and 10.1.6).
  init(_ ports: [VFPPortRecord], _ objects: [CapturedObject]) {
    var byMAC: [MACAddress: GUID?] = [:]
    let local = objects.filter { $0.kind == .endpoint && !$0.isRemote }
    for object in local {
      endpoints[object.id.uppercase] = object.id
      if let port = object.portGUID { endpoints[port.uppercase] = object.id }
      if let mac = object["MacAddress"]?.string.flatMap({ MACAddress($0) }) {
        byMAC[mac] = byMAC[mac] == nil ? object.id : GUID?.none
      }
    }
    for port in ports where !port.name.isEmpty {
      let name = port.name.uppercased()
      guard endpoints[name] == nil else { continue }
      if let id = GUID(port.friendlyName), endpoints[id.uppercase] == id {
        endpoints[name] = id
      } else if let mac = port.mac, let endpoint = byMAC[mac] ?? nil {
        endpoints[name] = endpoint
      } else if ["ExternalPort", "Container NIC ", "Host Vnic ", "DrPort "]
        .contains(where: port.friendlyName.hasPrefix)
      {
        switchPorts.insert(name)
      }
    }
  }

  /// The endpoint of a port; nil if none is known to have it.
  func endpoint(of port: String) -> GUID? { endpoints[port.uppercased()] }

  /// Whether a port is that of the host, the distributed router or the adapter of a switch, by its friendly name
  /// (reference: windows-firewall-and-vfp, 10.1.6).
  func isOfSwitch(_ port: String) -> Bool { switchPorts.contains(port.uppercased()) }
}
