import HostModel
public import JSONText
import NetworkTypes

/// A path of `HNSCall`, split into its parts; leading and trailing slashes are optional (reference: hns,
/// 4.1).
///
/// `/detailed` may follow an id or the name of a list.
struct V1Path {
  let resource: String
  let id: String?
  let action: String?

  init?(_ path: String) {
    let parts = path.split(separator: "/").map(String.init)
    guard (1...3).contains(parts.count) else { return nil }
    resource = parts[0].lowercased()
    let isDetailedList = parts.count == 2 && parts[1].lowercased() == "detailed"
    id = parts.count > 1 && !isDetailedList ? parts[1] : nil
    action = isDetailedList || parts.count > 2 ? parts[parts.count - 1].lowercased() : nil
  }

  /// The objects that a path is about.
  var kind: HCNObjectKind? {
    switch resource {
    case "networks": .network
    case "endpoints": .endpoint
    case "policylists": .loadBalancer
    case "namespaces": .namespace
    default: nil
    }
  }

  /// The kind of objects that a request lists; nil if it does anything else.
  static func listedKind(_ method: String, _ path: String) -> HCNObjectKind? {
    guard method.uppercased() == "GET", let path = V1Path(path), path.id == nil else { return nil }
    return path.action == nil || path.action == "detailed" ? path.kind : nil
  }

  /// The id of the path.
  func guid() throws(HCNError) -> GUID {
    guard let id, let guid = GUID(id) else {
      throw HCNError(.guidConversionFailure, detail: "'\(id ?? "")' in the path is not a GUID")
    }
    return guid
  }
}

extension HostNetworkingService {
  /// The response of `HNSCall`: `Success`, and `Output` or `Error` with `ErrorCode`.
  ///
  /// The call itself succeeds; a refusal is reported in the response (reference: hns, 4). A refused call has
  /// changed nothing.
  ///
  /// - Parameters:
  ///   - method: `GET`, `POST` or `DELETE`.
  ///   - path: The path, such as `/networks/`.
  ///   - request: The document; nil if there is none.
  /// - Returns: The response, and the error if the request was refused.
  public mutating func respond(
    method: String, path: String, request: JSON?
  ) -> (response: JSON, refusal: HCNError?) {
    do throws(HCNError) {
      if let request { try Self.checkDepth(request) }
      return (response(output: try output(method.uppercased(), path, request)), nil)
    } catch { return (error.record.wrapped(v1Form.response), error) }
  }

  /// The response to a request that succeeded.
  func response(output: JSON?) -> JSON {
    var response = JSONObject([.init("Success", true)])
    response.append("Output", output)
    return JSON.object(response).wrapped(v1Form.response)
  }

  private mutating func output(
    _ method: String, _ path: String, _ request: JSON?
  ) throws(HCNError) -> JSON? {
    let unsupported = HCNError(.requestUnsupported, detail: "HNS has no \(method) \(path)")
    guard ["GET", "POST", "DELETE"].contains(method), let path = V1Path(path) else { throw unsupported }
    if let kind = path.kind { return try objectOutput(method, path, kind, request) }
    switch path.resource {
    case "endpointstats" where method == "GET" && path.id != nil: return try endpointStats(path.guid())
    case "endpointaddresses" where method == "GET":
      return try path.id == nil ? .array([]) : endpointAddresses(path.guid())
    case "globals" where method == "GET" && path.id?.lowercased() == "version":
      guard configuration.version >= HNSVersion(7, 2) else {
        throw HCNError(.requestUnsupported, detail: "HNS \(configuration.version) has no version request")
      }
      return ["Major": .number(configuration.version.major), "Minor": .number(configuration.version.minor)]
    case "accelnet": return try acceleratedNetworking(method, request)
    case "portpools" where method == "GET": return portPools
    // For these, only their existence is documented (reference: hns, 4.1).
    case "activities" where method == "GET", "plugins" where method == "GET": return []
    default: throw unsupported
    }
  }

  // MARK: Objects

  private mutating func objectOutput(
    _ method: String, _ path: V1Path, _ kind: HCNObjectKind, _ request: JSON?
  ) throws(HCNError) -> JSON? {
    switch (method, path.id, path.action) {
    case ("GET", nil, nil): return .array(try list(v1: kind, isDetailed: false).elements)
    case ("GET", nil, "detailed"): return .array(try list(v1: kind, isDetailed: true).elements)
    case ("POST", nil, nil): return try created(kind, request ?? [:])
    case ("GET", _?, nil): return try v1Document(kind, path.guid())
    case ("GET", _?, "detailed"): return try v1Document(kind, path.guid(), isDetailed: true)
    case ("DELETE", _?, nil):
      let id = try path.guid()
      try delete(kind == .loadBalancer && routes[id] != nil ? .route : kind, id)
      return nil
    case ("POST", _?, let action):
      let id = try path.guid()
      try change(kind, id, action, request ?? [:])
      return action == nil ? try v1Document(kind, id) : nil
    default: throw HCNError(.requestUnsupported, detail: "HNS has no such request")
    }
  }

  func v1Document(_ kind: HCNObjectKind, _ id: GUID, isDetailed: Bool = false) throws(HCNError) -> JSON {
    try properties(
      kind == .loadBalancer && routes[id] != nil ? .route : kind, id,
      query: isDetailed ? ["Flags": .number(Self.detailedQueryFlag)] : nil)
  }

  private mutating func created(_ kind: HCNObjectKind, _ request: JSON) throws(HCNError) -> JSON {
    var target = kind
    var settings = request
    switch kind {
    case .namespace:
      let isDefault = try DocumentReader(request, .invalidArgument).flag("IsDefault") ?? false
      if var object = request.object, object["Type"] == nil {
        object["Type"] = isDefault ? "HostDefault" : "Host"
        settings = .object(object)
      }
    case .loadBalancer: (target, settings) = try V1PolicyList.document(request)
    case .network, .endpoint, .route, .guestNetworkService: break
    }
    let id = try create(target, settings: settings)
    return try properties(target, id, query: nil)
  }

  /// Performs a POST for an object: an update, or the action in the path.
  private mutating func change(
    _ kind: HCNObjectKind, _ id: GUID, _ action: String?, _ request: JSON
  ) throws(HCNError) {
    let reader = try DocumentReader(request, .invalidArgument)
    switch (kind, action) {
    case (.network, nil): try updateNetwork(id, reader)
    case (.endpoint, nil): try updateEndpoint(id, reader)
    case (.endpoint, "attach"):
      let type =
        try reader.enumeration("SystemType", SystemType.self, unknown: .invalidArgument) ?? .container
      try attach(id, to: type, named: try reader.text("ContainerId") ?? "")
    case (.endpoint, "detach"): try detach(id)
    case (.namespace, "addresource"), (.namespace, "removeresource"):
      let type =
        try reader.enumeration("Type", NamespaceResource.self, unknown: .invalidArgument) ?? .container
      guard let target = try reader.child("Data")?.text("Id") else {
        throw HCNError(.invalidArgument, detail: "the request lacks 'Data.Id'")
      }
      try modify(
        .namespace, id,
        settings: [
          "ResourceType": .string(type.rawValue), "RequestType": action == "addresource" ? "Add" : "Remove",
          "Settings": [type == .container ? "ContainerId" : "EndpointId": .string(target)],
        ])
    default: throw HCNError(.requestUnsupported, detail: "HNS has no such request")
    }
  }

  /// A partial update of a network: switch extensions, policies, DNS settings; the rest is unchanged
  /// (reference: hns, 4.1).
  private mutating func updateNetwork(_ id: GUID, _ reader: DocumentReader) throws(HCNError) {
    _ = try existing(network: id)
    // All or nothing: the parts are applied to a copy first.
    var copy = self
    for part in try reader.children("Extensions") {
      try copy.modify(
        .network, id,
        settings: ["ResourceType": "Extension", "RequestType": "Update", "Settings": .object(part.object)])
    }
    if reader.value("Policies") != nil {
      let translated = try V1Translation.network(.object(reader.object.only(["Policies"])))
      try copy.modify(
        .network, id,
        settings: [
          "ResourceType": "Policy", "RequestType": "Update",
          "Settings": ["Policies": translated["Policies"] ?? []],
        ])
    }
    if reader.value("DNSServerList") != nil || reader.value("DNSSuffix") != nil {
      let members = reader.object.only(["DNSServerList", "DNSSuffix", "DNSDomain"])
      let translated = try V1Translation.network(.object(members))
      try copy.modify(
        .network, id,
        settings: ["ResourceType": "DNS", "RequestType": "Update", "Settings": translated["Dns"] ?? [:]])
    }
    self = copy
  }

  /// A partial update of an endpoint: the policies of the given types, or, with an empty list, removal of the
  /// ACLs; the rest is unchanged (reference: hns, 4.1 and 6.6).
  private mutating func updateEndpoint(_ id: GUID, _ reader: DocumentReader) throws(HCNError) {
    guard endpoints[id] != nil else { throw missing(.endpoint, id) }
    if let stated = try reader.objectID(), stated != id {
      throw HCNError(.invalidArgument, detail: "the document is for endpoint \(stated)")
    }
    guard reader.value("Policies") != nil else { return }
    var policies: [JSON] = []
    for policy in try reader.children("Policies") {
      policies.append(try V1PolicyTranslation.endpointPolicy(policy))
    }
    try modify(
      .endpoint, id,
      settings: [
        "ResourceType": "Policy", "RequestType": "Update", "Settings": ["Policies": .array(policies)],
      ])
  }

  // MARK: Others

  /// The counters of an endpoint, whether attached or not (reference: hns, 4.1).
  ///
  /// No packets are carried here, so they are zero.
  func endpointStats(_ id: GUID) throws(HCNError) -> JSON {
    let endpoint = try existing(endpoint: id)
    var writer = V1Writer()
    for counter in [
      "BytesReceived", "BytesSent", "DroppedPacketsIncoming", "DroppedPacketsOutgoing", "PacketsReceived",
      "PacketsSent",
    ] { writer.put(counter, 0) }
    writer.put("EndpointId", v1Form.endpointID(endpoint.id))
    writer.put("InstanceId", v1Form.id(portID(of: endpoint.id)))
    return writer.document
  }

  /// The addresses of an endpoint; the real service's answer is not documented (reference: hns, 3).
  func endpointAddresses(_ id: GUID) throws(HCNError) -> JSON {
    .array(
      try existing(endpoint: id).ipConfigurations.map { configuration in
        ["IpAddress": .string("\(configuration.address)"), "PrefixLength": .number(configuration.length)]
      })
  }

  /// The ports in use by mappings (reference: hns, 4.1; the rest of the form is this project's choice).
  private var portPools: JSON {
    let ports = publishedPorts.sorted {
      ($0.key.protocol.number, $0.key.port, $0.value) < ($1.key.protocol.number, $1.key.port, $1.value)
    }
    return [
      "PortPoolAllocations": .array(
        ports.map { key, endpoint in
          [
            "EndpointId": .string(endpoint.lowercase), "Port": .number(key.port),
            "Protocol": .number(key.protocol.number),
          ]
        })
    ]
  }

  /// Sets, returns or clears the MAC addresses of accelerated networking (reference: hns, 4.1 and 5.1).
  private mutating func acceleratedNetworking(_ method: String, _ request: JSON?) throws(HCNError) -> JSON {
    guard configuration.version.has(.accelnet) else {
      throw HCNError(
        .requestUnsupported, detail: "HNS \(configuration.version) does not support accelerated networking")
    }
    switch method {
    case "POST":
      var addresses: [MACAddress] = []
      for part in try DocumentReader(request ?? [:], .invalidArgument).children("MacAddressList") {
        guard let mac = try part.mac("MacAddress") else {
          throw HCNError(
            .invalidArgument, detail: "an entry of 'MacAddressList' lacks 'MacAddress'")
        }
        addresses.append(mac)
      }
      acceleratedMACs = addresses
    case "DELETE": acceleratedMACs = []
    default: break
    }
    return ["MacAddressList": .array(acceleratedMACs.map { ["MacAddress": .string("\($0)")] })]
  }
}

/// A policy list of schema 1: a load balancer or a route for some endpoints (reference: hns, 4.1 to 4.3).
enum V1PolicyList {
  /// The object that a policy list creates, and its document in schema 2.
  static func document(_ request: JSON) throws(HCNError) -> (kind: HCNObjectKind, settings: JSON) {
    let reader = try DocumentReader(request, .invalidPolicy)
    var endpoints: [JSON] = []
    for reference in try reader.texts("References") {
      let parts = reference.split(separator: "/")
      guard parts.count == 2, parts[0].lowercased() == "endpoints" else {
        throw HCNError(.invalidPolicy, detail: "the reference '\(reference)' is not an endpoint")
      }
      endpoints.append(.string(String(parts[1])))
    }
    var result = reader.object.only(["ID", "Name", "Owner", "HostComputeNetwork"])
    result["HostComputeEndpoints"] = .array(endpoints)
    let policies = try reader.children("Policies")
    var types: Set<String> = []
    for policy in policies { types.insert(try policy.text("Type")?.uppercased() ?? "") }
    switch types {
    case ["ELB"]: return (.loadBalancer, .object(try balancer(policies, result)))
    case ["ROUTE"]:
      result["Setting"] = .array(
        policies.map { policy in .object(JSONObject(policy.object.members.filter { $0.key != "Type" })) })
      return (.route, .object(result))
    default:
      throw HCNError(
        .invalidPolicyType, detail: "a policy list must not mix ELB and ROUTE policies or other types")
    }
  }

  /// The ELB policies as ports of one load balancer, which has one set of addresses.
  private static func balancer(
    _ policies: [DocumentReader], _ start: JSONObject
  ) throws(HCNError) -> JSONObject {
    var result = start
    var ports: [JSON] = []
    var flags: UInt32 = 0
    var addresses: [String]?
    var common: [String]?
    for policy in policies {
      let vips = try policy.texts("VIPs")
      guard addresses ?? vips == vips else {
        throw HCNError(.invalidPolicy, detail: "the policies of one list have different VIPs")
      }
      addresses = vips
      let shared = [try policy.text("SourceVIP") ?? "", try policy.flag("IsDSR") == true ? "DSR" : ""]
      guard common ?? shared == shared else {
        throw HCNError(.invalidPolicy, detail: "the policies of one list differ in 'SourceVIP' or 'IsDSR'")
      }
      common = shared
      if !shared[0].isEmpty { result["SourceVIP"] = .string(shared[0]) }
      if !shared[1].isEmpty { flags |= HostComputeLoadBalancer.directServerReturnFlag }
      var portFlags: Int64 = 0
      if try policy.flag("ILB") == true { portFlags |= 1 }
      if try policy.flag("LocalRoutedVip") == true { portFlags |= 2 }
      var port = policy.object.only(["Protocol", "InternalPort", "ExternalPort"])
      if case .string(let name)? = port["Protocol"] {
        port["Protocol"] = ["tcp": 6, "udp": 17][name.lowercased()] ?? .string(name)
      }
      port["Flags"] = .integer(portFlags)
      ports.append(.object(port))
    }
    result["FrontendVIPs"] = .strings(addresses ?? [])
    result["PortMappings"] = .array(ports)
    result["Flags"] = .number(flags)
    return result
  }
}

extension JSON {
  /// A response with its own members in an order; what it contains is in order already.
  fileprivate func wrapped(_ order: V1Form.Order) -> JSON {
    guard order == .alphabetical, let object else { return self }
    return .object(JSONObject(object.members.sorted { $0.key < $1.key }))
  }
}
