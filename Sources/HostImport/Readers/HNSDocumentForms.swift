import HostModel
import JSONText
import NetworkTypes

/// The documents of HNS objects, of schema 1 and 2, as Get-Hns* with ConvertTo-Json, hnsdiag and clients of HNS write
/// them (reference: hns, 1, 4, 8 and 10.3).
enum HNSDocumentForms {
  static let all: [ObjectForm] = [
    form("HNS endpoint (schema 1)", .endpoint, isV2: false) {
      $0["VirtualNetwork"] != nil || $0["VirtualNetworkName"] != nil
    },
    form("HCN endpoint", .endpoint, isV2: true) {
      $0["HostComputeNetwork"] != nil && ($0["IpConfigurations"] != nil || $0["MacAddress"] != nil)
    },
    form("HNS policy list", .loadBalancer, isV2: false) { $0["References"] != nil && $0["Policies"] != nil },
    form("HCN load balancer", .loadBalancer, isV2: true) {
      $0["PortMappings"] != nil || $0["FrontendVIPs"] != nil || $0["HostComputeEndpoints"] != nil
    },
    form("HNS namespace (schema 1)", .namespace, isV2: false) {
      $0["ResourceList"] != nil || $0["IsDefault"] != nil
        || $0["CompartmentId"] != nil && $0["Containers"] != nil
    },
    form("HCN network", .network, isV2: true) { $0["Ipams"] != nil || $0["MacPool"] != nil },
    form("HNS network (schema 1)", .network, isV2: false) { object in
      object["Subnets"] != nil || object["MacPools"] != nil
        || object["Type"] != nil
          && ["NatName", "NATName", "CurrentEndpointCount", "Extensions"]
            .contains { object[$0] != nil }
    },
    form("HCN namespace", .namespace, isV2: true) {
      $0["NamespaceId"] != nil || $0["NamespaceGuid"] != nil || $0["Resources"]?.array != nil
        || $0["SchemaVersion"] != nil && $0["Type"]?.string.map(namespaceTypes.contains) ?? false
    },
  ]

  private static let namespaceTypes: Set<String> = ["Host", "HostDefault", "Guest", "GuestDefault"]

  private static func form(
    _ title: String, _ kind: CapturedDocument.Kind, isV2: Bool,
    _ recognizes: @escaping @Sendable (JSONObject) -> Bool
  ) -> ObjectForm {
    ObjectForm(
      title: title, recognizes: { id(of: $0) != nil && recognizes($0) },
      read: { object, place, host in
        guard let id = id(of: object) else { return }
        var cuts: [String] = []
        let document = CutMembers.removed(from: object, &cuts)
        if let version = version(of: object) { host.versions.append(Stated(version, place)) }
        host.documents.append(
          CapturedDocument(kind: kind, id: id, document: document, cuts: cuts, isV2: isV2, place: place))
      })
  }

  /// The id of an object, in any case and with or without braces.
  static func id(of object: JSONObject) -> GUID? {
    guid(object["ID"] ?? object["Id"])
  }

  /// An id, in any case and with or without braces; nil for the zero id.
  static func guid(_ value: JSON?) -> GUID? {
    guard let text = value?.string else { return nil }
    let bare = text.hasPrefix("{") && text.hasSuffix("}") ? String(text.dropFirst().dropLast()) : text
    return GUID(bare).flatMap { $0.isZero ? nil : $0 }
  }

  /// The version of the service that wrote an object: major times 2 to the 32nd, plus minor (reference: hns, 5.2).
  private static func version(of object: JSONObject) -> HNSVersion? {
    guard let number = object["Version"]?.integer, number >= 1 << 32, number < 1 << 42 else { return nil }
    return HNSVersion(Int(number >> 32), Int(number & 0xffff_ffff))
  }
}
