import Diagnostics
import HostModel
import JSONText
import NetworkTypes

extension CapturedDocument.Kind {
  /// The members on which verdicts depend; others, such as counters and times, differ from one command to the next.
  var members: [String] {
    switch self {
    case .network: ["Type", "Subnets", "Policies", "Ipams"]
    case .endpoint:
      [
        "VirtualNetwork", "HostComputeNetwork", "IPAddress", "IPv6Address", "IpConfigurations", "MacAddress",
        "Policies", "State", "SharedContainers", "Namespace", "HostComputeNamespace", "IsRemoteEndpoint",
        "Flags",
      ]
    case .namespace:
      ["Type", "IsDefault", "ResourceList", "Resources", "Containers", "CompartmentId", "NamespaceId"]
    case .loadBalancer:
      ["Policies", "References", "HostComputeEndpoints", "FrontendVIPs", "PortMappings", "Flags"]
    }
  }
}

extension HostAssembly {
  /// Finds objects of which two documents of one schema differ in such a member: the member is not known.
  mutating func findContradictions() {
    for (profile, places) in captured.firewall.contradictoryProfiles {
      let others = places.dropLast().map { " in \($0)" }.joined()
      report(
        .captureContradiction,
        "the settings of the firewall profile \(profile.rawValue) are not the same as\(others)",
        at: places.last,
        help: "capture all parts of the host at the same time, and profiles from the active store")
    }
    struct Key: Hashable {
      var kind: CapturedDocument.Kind
      var id: GUID
      var isV2: Bool
    }
    var first: [Key: CapturedDocument] = [:]
    for document in captured.documents {
      let key = Key(kind: document.kind, id: document.id, isV2: document.isV2)
      guard let known = first[key] else {
        first[key] = document
        continue
      }
      for member in document.kind.members {
        guard let one = known.document[member], let other = document.document[member],
          one.sorted != other.sorted
        else { continue }
        let object = CapturedObject(document)
        let name = object.name.isEmpty ? document.id.lowercase : "'\(object.name)'"
        report(
          .captureContradiction,
          "\(member) of the \(object.title) \(name) is not the same as in \(known.place)", at: document.place,
          help: "capture all parts of the host at the same time")
        addContradiction(member, of: document)
      }
    }
  }

  /// What depends on the member of an object is not known.
  private mutating func addContradiction(_ member: String, of document: CapturedDocument) {
    let gap = EndpointGap(.contradiction, member)
    switch document.kind {
    case .network: networkGaps[document.id, default: []].append(gap)
    case .endpoint: gaps.add(gap, to: document.id)
    case .namespace:
      let listed = CapturedObject(document).listedEndpoints
      for object in objects where object.kind == .endpoint {
        if object.namespace == document.id || listed.contains(object.id) { gaps.add(gap, to: object.id) }
      }
    case .loadBalancer: contradictions[document.id] = member
    }
  }
}
