import Diagnostics
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

extension HostAssembly {
  mutating func adopt(network object: CapturedObject, on service: inout HostNetworkingService) {
    do throws(HCNError) {
      let adoption = try service.adopt(network: object.document)
      note(adoption, of: object)
      var found = adoption.refused.filter(\.affectsPackets).map { EndpointGap($0) }
      found += object.cutMembers.map { EndpointGap(.cut, $0) }
      networkGaps[object.id, default: []] += found
    } catch { keep(object, because: error.reason) }
  }

  mutating func adopt(endpoint object: CapturedObject, on service: inout HostNetworkingService) {
    do throws(HCNError) {
      let adoption = try service.adopt(endpoint: withNetwork(object))
      note(adoption, of: object)
      for member in object.cutMembers { gaps.add(EndpointGap(.cut, member), to: object.id) }
      for policy in adoption.refused where policy.affectsPackets {
        gaps.add(EndpointGap(policy), to: object.id)
      }
      for refused in adoption.refusedAddresses {
        let what = "the address \(refused.address)"
        gaps.add(EndpointGap(.refused, what, reason: refused.reason), to: object.id)
        addMissing(.endpoint, object, [refused.address], because: "\(what): \(refused.reason)")
      }
      addNetworkGaps(of: object)
    } catch {
      keep(object, because: error.reason)
      adoptOutline(of: object, because: error.reason, on: &service)
    }
  }

  /// Takes over only where an endpoint is, so that what happens to its packets is unknown instead of unfiltered.
  private mutating func adoptOutline(
    of object: CapturedObject, because reason: String, on service: inout HostNetworkingService
  ) {
    var outline = JSONObject()
    for member in withNetwork(object).object?.members ?? [] where Self.outline.contains(member.key) {
      outline.members.append(member)
    }
    guard let adoption = try? service.adopt(endpoint: .object(outline)), adoption.refusedAddresses.isEmpty
    else {
      addMissing(.endpoint, object, object.addresses ?? [], because: reason)
      return
    }
    gaps.add(EndpointGap(.refused, "the document", reason: reason), to: object.id)
  }

  /// The members of an endpoint that say where it is.
  private static let outline: Set<String> = [
    "ID", "Id", "Name", "SchemaVersion", "HostComputeNetwork", "VirtualNetwork", "VirtualNetworkName",
    "Flags",
    "IsRemoteEndpoint", "IpConfigurations", "IPAddress", "PrefixLength", "IPv6Address", "IPv6PrefixLength",
    "GatewayAddress", "HostComputeNamespace", "Namespace",
  ]

  /// The document of an endpoint, with the network of the other document where one was cut off.
  private func withNetwork(_ object: CapturedObject) -> JSON {
    guard case .object(var members) = object.document, members["HostComputeNetwork"] == nil,
      members["VirtualNetwork"] == nil,
      let network = object["VirtualNetwork"] ?? object["HostComputeNetwork"]
    else { return object.document }
    members[object.v2 == nil ? "VirtualNetwork" : "HostComputeNetwork"] = network
    return .object(members)
  }

  mutating func adopt(loadBalancer object: CapturedObject, on service: inout HostNetworkingService) {
    func miss(_ reason: String, _ assembly: inout HostAssembly) {
      assembly.keep(object, because: reason)
      // Routes take no packets from others.
      guard !object.isRoute else { return }
      var addresses = object.addresses ?? []
      // Without an address of its own it takes packets to those of the host.
      if object.addresses != nil, addresses.isEmpty { addresses = service.configuration.addresses }
      assembly.addMissing(.loadBalancer, object, addresses, because: reason)
    }
    if let member = object.cutMembers.first {
      return miss("its \(member) is cut off in the source", &self)
    }
    if let member = contradictions[object.id] {
      return miss("the source has different values for its \(member)", &self)
    }
    do throws(HCNError) {
      note(try service.adopt(loadBalancer: object.document), of: object)
    } catch { miss(error.reason, &self) }
  }

  private mutating func addMissing(
    _ kind: MissingObject.Kind, _ object: CapturedObject, _ addresses: [IPAddress], because reason: String
  ) {
    gaps.missing.append(
      MissingObject(kind, id: object.id, name: object.name, addresses: addresses, reason: reason))
  }

  /// What is not known of a network's policies is not known of its endpoints.
  private mutating func addNetworkGaps(of endpoint: CapturedObject) {
    guard let id = HNSDocumentForms.guid(endpoint["VirtualNetwork"] ?? endpoint["HostComputeNetwork"]) else {
      return
    }
    for gap in networkGaps[id] ?? [] { gaps.add(gap, to: endpoint.id) }
  }

  /// Reports what of a document was not taken, and what was made up.
  private mutating func note(_ adoption: Adoption, of object: CapturedObject) {
    let title =
      object.name.isEmpty ? "\(object.title) \(object.id.lowercase)" : "\(object.title) \(object.name)"
    for departure in adoption.departures { madeUp.append("\(title): \(departure)") }
    for refused in adoption.refusedAddresses {
      report(
        .captureUnread,
        "the address \(refused.address) of the \(title) was not taken over: \(refused.reason)",
        at: object.place)
    }
    refusedPolicies.add(adoption.refused, of: object)
    for policy in adoption.refused {
      gaps.unread.append(
        UnreadPart(
          place: "\(object.place)",
          reason: "a policy of type '\(policy.type)' was not taken over: \(policy.reason)",
          text: policy.document.text()))
    }
  }
}

extension EndpointGap {
  /// A policy that was not taken over, and on which packets can depend.
  fileprivate init(_ policy: RefusedPolicy) {
    if policy.isUnknownType {
      self.init(.unknownPolicy, policy.type)
    } else if let member = policy.unknownMember {
      self.init(.unknownMember, member)
    } else {
      self.init(.invalidPolicy, policy.type, reason: policy.reason)
    }
  }
}
