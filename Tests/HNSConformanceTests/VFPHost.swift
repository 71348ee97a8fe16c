import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// A host with one network, pods that run and endpoints of other hosts, made by the calls of clients.
struct VFPHost {
  private(set) var service: HostNetworkingService
  let network: GUID
  private(set) var endpoints: [String: GUID] = [:]

  init(
    _ type: String = "Overlay", windows: String = "ltsc2022", assumptions: [Assumption: String] = [:]
  ) throws {
    var values = Assumptions()
    for (key, value) in assumptions { values[key] = value }
    service = HostNetworkingService(
      HostConfiguration(
        build: try #require(WindowsBuild(windows)), assumptions: values,
        addresses: ["10.240.0.5", "fd00:240::5"].compactMap { IPAddress($0) }, seed: 7))
    network = try Self.add(type, "podnet", "10.244.7", to: &service)
  }

  /// Adds another network.
  mutating func add(_ type: String, _ name: String) throws -> GUID {
    try Self.add(type, name, "10.24\(service.topology.networks.count + 4).8", to: &service)
  }

  private static func add(
    _ type: String, _ name: String, _ prefix: String, to service: inout HostNetworkingService
  ) throws -> GUID {
    let isolation = type == "Overlay" ? #","Policies":[{"Type":"VSID","Settings":{"IsolationId":4096}}]"# : ""
    return try service.create(
      .network,
      settings: try Self.json(
        #"{"Name":"\#(name)","Type":"\#(type)","Ipams":[{"Subnets":[{"IpAddressPrefix":"\#(prefix).0/24"\#(isolation),"Routes":[{"DestinationPrefix":"0.0.0.0/0","NextHop":"\#(prefix).1"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}"#
      ))
  }

  /// Deletes every load balancer.
  mutating func deleteLoadBalancers() throws {
    for id in try service.enumerate(.loadBalancer) { try service.delete(.loadBalancer, id) }
  }

  /// Deletes a network.
  mutating func delete(network: GUID) throws { try service.delete(.network, network) }

  static func json(_ text: String) throws -> JSON { try JSON(parsing: text) }

  /// Adds a pod with a running container.
  mutating func run(_ name: String, _ address: String? = nil, policies: String = "[]") throws {
    let addresses = address.map { #","IpConfigurations":[{"IpAddress":"\#($0)"}]"# } ?? ""
    let id = try service.create(
      .endpoint, network: network,
      settings: try Self.json(
        #"{"Name":"\#(name)","Policies":\#(policies)\#(addresses),"SchemaVersion":{"Major":2,"Minor":0}}"#))
    endpoints[name] = id
    let space = try service.create(.namespace, settings: try Self.json("{}"))
    for (type, data) in [
      ("Endpoint", #"{"EndpointId":"\#(id)"}"#), ("Container", #"{"ContainerId":"\#(name)"}"#),
    ] {
      try service.modify(
        .namespace, space,
        settings: try Self.json(
          #"{"ResourceType":"\#(type)","RequestType":"Add","Settings":\#(data)}"#))
    }
  }

  /// Adds an endpoint of another host.
  mutating func addRemote(_ name: String, _ address: String) throws {
    endpoints[name] = try service.create(
      .endpoint, network: network,
      settings: try Self.json(
        #"{"Flags":1,"IpConfigurations":[{"IpAddress":"\#(address)"}],"MacAddress":"02-11-22-33-44-55","SchemaVersion":{"Major":2,"Minor":0}}"#
      ))
  }

  /// Adds a subnet of another host.
  mutating func addRemoteSubnet(_ prefix: String, provider: String) throws {
    try service.modify(
      .network, network,
      settings: try Self.json(
        #"{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[{"Type":"RemoteSubnetRoute","Settings":{"DestinationPrefix":"\#(prefix)","IsolationId":4096,"ProviderAddress":"\#(provider)","DistributedRouterMacAddress":"00-15-5D-AA-00-02"}}]}}"#
      ))
  }

  /// Adds a load balancer of TCP port 443 to 6443 with direct server return, unless the flags say otherwise.
  mutating func balance(
    _ backends: [String], vips: [String] = ["10.96.0.1"], flags: Int = 1, portFlags: Int = 0
  ) throws -> GUID {
    let ids = try backends.map { "\"\(try #require(endpoints[$0]))\"" }.joined(separator: ",")
    let addresses = vips.map { "\"\($0)\"" }.joined(separator: ",")
    return try service.create(
      .loadBalancer,
      settings: try Self.json(
        #"{"HostComputeEndpoints":[\#(ids)],"FrontendVIPs":[\#(addresses)],"PortMappings":[{"Protocol":6,"InternalPort":6443,"ExternalPort":443,"Flags":\#(portFlags)}],"Flags":\#(flags),"SchemaVersion":{"Major":2,"Minor":0}}"#
      ))
  }

  /// The port of a pod.
  func pod(_ name: String) throws -> VFPPort {
    let endpoint = try #require(endpoints[name])
    return try #require(service.vfpPort(of: endpoint))
  }

  /// The port of a kind; that of the host and of the router exist once here.
  func port(_ kind: VFPPort.Kind) -> VFPPort? { service.vfpPorts.first { $0.kind == kind } }
}

extension VFPPort {
  /// The names of the rules in a group, as the tools for VFP find them.
  func names(_ layer: String, _ group: String) -> [String] {
    rules.filter { $0.group.layer.rawValue == layer && $0.group.name == group }.map(\.name)
  }

  /// Each layer with its flags and priority.
  var listing: [String] { layers.map { "\($0.rawValue) 0x\($0.flags.rawValue) \($0.priority)" } }
}
