package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes

/// A host for tests.
package func host(
  _ windows: String = "ltsc2022", adapters: [String] = [], addresses: [String] = ["10.240.0.5"],
  seed: UInt64 = 7, assumptions: [Assumption: String] = [:]
) -> HostNetworkingService {
  var chosen = Assumptions()
  for (key, value) in assumptions { chosen[key] = value }
  return HostNetworkingService(
    HostConfiguration(
      build: WindowsBuild(windows) ?? .standard, assumptions: chosen, adapters: adapters,
      addresses: addresses.compactMap { IPAddress($0) }, seed: seed))
}

/// A value from a text, for documents that are easiest to read as they are sent.
package func json(_ text: String) throws -> JSON { try JSON(parsing: text) }

/// The document of a network with one subnet.
package func networkDocument(
  _ name: String, _ type: String, prefix: String = "10.244.7.0/24", gateway: String? = "10.244.7.1",
  adapter: String? = nil, extra: String = ""
) throws -> JSON {
  let external = type.lowercased() != "nat"
  let policies =
    external
    ? #""Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"\#(adapter ?? "Ethernet \(name)")"}}],"#
    : ""
  let subnetPolicies =
    type.lowercased() == "overlay" ? #""Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}],"# : ""
  let routes =
    gateway.map {
      #""Routes":[{"NextHop":"\#($0)","DestinationPrefix":"\#($0.contains(":") ? "::/0" : "0.0.0.0/0")"}],"#
    } ?? ""
  return try json(
    """
    {"Name":"\(name)","Type":"\(type)",\(policies)\(extra)
     "Ipams":[{"Type":"Static","Subnets":[{\(subnetPolicies)\(routes)"IpAddressPrefix":"\(prefix)"}]}],
     "SchemaVersion":{"Major":2,"Minor":0}}
    """)
}

extension HostNetworkingService {
  /// Creates a network with one subnet.
  package mutating func makeNetwork(
    _ name: String = "net", _ type: String = "L2Bridge", prefix: String = "10.244.7.0/24",
    gateway: String? = "10.244.7.1", adapter: String? = nil
  ) throws -> GUID {
    try create(
      .network,
      settings: networkDocument(name, type, prefix: prefix, gateway: gateway, adapter: adapter))
  }

  /// Creates an endpoint from the members of its document.
  package mutating func makeEndpoint(_ network: GUID, _ members: String = #""Name":"web""#) throws -> GUID {
    try create(.endpoint, network: network, settings: json("{\(members)}"))
  }

  /// Creates a namespace of a type.
  package mutating func makeNamespace(_ type: String = "Host") throws -> GUID {
    try create(.namespace, settings: ["Type": .string(type)])
  }

  /// Adds an endpoint to a namespace.
  package mutating func join(_ namespace: GUID, _ endpoint: GUID, _ request: String = "Add") throws {
    try modify(
      .namespace, namespace,
      settings: json(
        #"{"ResourceType":"Endpoint","RequestType":"\#(request)","Settings":{"EndpointId":"\#(endpoint)"}}"#))
  }

  /// Starts or stops a container in a namespace.
  package mutating func start(_ namespace: GUID, _ container: String, _ request: String = "Add") throws {
    try modify(
      .namespace, namespace,
      settings: json(
        #"{"ResourceType":"Container","RequestType":"\#(request)","Settings":{"ContainerId":"\#(container)"}}"#
      )
    )
  }

  /// Sends a policy request.
  package mutating func policies(
    _ endpoint: GUID, _ request: String, _ policies: String, kind: HCNObjectKind = .endpoint
  ) throws {
    try modify(
      kind, endpoint,
      settings: json(
        #"{"ResourceType":"Policy","RequestType":"\#(request)","Settings":{"Policies":\#(policies)}}"#))
  }
}

/// Numbers that depend on a seed alone.
package struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed &+ 0x1234_5678_9abc_def1 }

  package mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }
}
