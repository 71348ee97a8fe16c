import Diagnostics
import HNSEmulator
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
  /// Finds objects of which two documents differ in such a member: the member is not known.
  ///
  /// Of two schemas, only the ACLs are compared, without their Ids, which some clients drop (reference:
  /// windows-firewall-and-vfp, 9).
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
        let other = first[Key(kind: document.kind, id: document.id, isV2: !document.isV2)]
        if let other, document.kind == .endpoint, Self.haveOtherACLs(document, other) {
          contradict("Policies", of: document, other)
        }
        continue
      }
      for member in document.kind.members {
        guard let one = known.document[member], let other = document.document[member],
          one.sorted != other.sorted
        else { continue }
        contradict(member, of: document, known)
      }
    }
  }

  /// Whether two documents of one endpoint have different ACLs; ones that cannot be read are a gap in any case.
  private static func haveOtherACLs(_ document: CapturedDocument, _ other: CapturedDocument) -> Bool {
    func acls(_ document: CapturedDocument) -> [PortACL: Int]? {
      guard let policies = document.document["Policies"]?.array,
        !document.cuts.contains(where: { $0.hasPrefix("Policies") }),
        let acls = HostNetworkingService.acls(inEndpointPolicies: policies)
      else { return nil }
      return acls.reduce(into: [:]) { $0[$1.withoutID, default: 0] += 1 }
    }
    guard let one = acls(document), let another = acls(other) else { return false }
    return one != another
  }

  /// Reports that two documents of an object differ in a member.
  private mutating func contradict(
    _ member: String, of document: CapturedDocument, _ known: CapturedDocument
  ) {
    let object = CapturedObject(document)
    let name = object.name.isEmpty ? document.id.lowercase : "'\(object.name)'"
    report(
      .captureContradiction,
      "\(member) of the \(object.title) \(name) is not the same as in \(known.place)", at: document.place,
      help: "capture all parts of the host at the same time")
    addContradiction(member, of: document)
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
