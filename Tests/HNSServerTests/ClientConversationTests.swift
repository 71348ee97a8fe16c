import HNSEmulator
import HNSService
import HostModel
import JSONText
import NetworkTypes
import Testing

/// What public clients send over HTTP: kube-proxy, flannel and docker.
@Suite struct ClientConversationTests {
  /// A node with one adapter, and a client of its service.
  private struct Node {
    let server: RunningServer
    let client: HTTPClient

    init(_ windows: String = "ltsc2022") throws {
      server = try RunningServer(
        HostConfiguration(
          build: WindowsBuild(windows) ?? .standard, adapters: ["Ethernet"],
          addresses: ["10.240.0.5"].compactMap { IPAddress($0) },
          dns: HostDNS(servers: ["10.0.0.53"].compactMap { IPAddress($0) }, suffixes: ["corp.example"])))
      client = try server.client()
    }

    /// Creates an object of HCN v2 and returns its id.
    func create(_ kind: String, on network: String? = nil, _ document: String) throws -> String {
      let query = network.map { "?network=\($0)" } ?? ""
      let response = try client.request("POST", "/hcn/HcnCreate\(kind)\(query)", body: document)
      #expect(response.status == 200, "\(response["X-Detail"] ?? response.text): \(document)")
      return try #require(try response.json()["ID"]?.string)
    }

    /// The properties of an object in schema 2.
    func properties(_ kind: String, _ id: String) throws -> JSON {
      let path = "/hcn/HcnQuery\(kind)Properties?id=\(id)"
      return try client.request("POST", path, body: RunningServer.schema2Query).json()
    }

    /// The output of a call of HNS v1.
    func hns(_ method: String, _ path: String, _ body: String = "") throws -> JSON {
      let response = try client.request(method, path, body: body).json()
      #expect(response["Success"] == true, "\(method) \(path) \(body): \(response.text())")
      return response["Output"] ?? .null
    }
  }

  /// The base network of flannel and its pod network, the second with or without an adapter (reference: hns, 10.2).
  private func flannel(_ node: Node, namesAdapter: Bool = true) throws -> String {
    func network(_ name: String, _ prefix: String, _ gateway: String, _ vsid: Int, _ adapter: Bool) -> String
    {
      let policies =
        adapter
        ? #""Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],"# : ""
      return
        #"{"Name":"\#(name)","Type":"Overlay",\#(policies)"Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"\#(prefix)","Policies":[{"Type":"VSID","Settings":{"IsolationId":\#(vsid)}}],"Routes":[{"NextHop":"\#(gateway)","DestinationPrefix":"0.0.0.0/0"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}"#
    }
    _ = try node.create("Network", network("External", "192.168.255.0/30", "192.168.255.1", 9999, true))
    let pods = try node.create(
      "Network", network("vxlan0", "10.244.7.0/24", "10.244.7.1", 4096, namesAdapter))
    _ = try node.client.request(
      "POST", "/hcn/HcnModifyNetwork?id=\(pods)",
      body:
        #"{"ResourceType":"Policy","RequestType":"Add","Settings":{"Policies":[{"Type":"RemoteSubnetRoute","Settings":{"DestinationPrefix":"10.244.8.0/24","IsolationId":4096,"ProviderAddress":"10.240.0.6","DistributedRouterMacAddress":"00-15-5D-AA-00-02"}}]}}"#
    )
    return pods
  }

  @Test(arguments: ["ltsc2019", "ltsc2022", "ltsc2025"], [true, false])
  func flannelMakesABaseAndAPodNetwork(_ windows: String, _ namesAdapter: Bool) throws {
    let node = try Node(windows)
    let pods = try flannel(node, namesAdapter: namesAdapter)
    let policies = try node.properties("Network", pods)["Policies"]?.array ?? []
    #expect(policies.contains { $0["Settings"]?["NetworkAdapterName"] == "Ethernet" })
    #expect(policies.contains { $0["Settings"]?["ProviderAddress"] == "10.240.0.5" })
    #expect(policies.contains { $0["Type"] == "RemoteSubnetRoute" })
  }

  @Test(arguments: ["ltsc2019", "ltsc2022", "ltsc2025"])
  func kubeProxyAppliesServicesOnOverlay(_ windows: String) throws {
    let node = try Node(windows)
    let pods = try flannel(node)
    let local = try node.create(
      "Endpoint", on: pods,
      #"{"Name":"web","IpConfigurations":[{"IpAddress":"10.244.7.5"}],"SchemaVersion":{"Major":2,"Minor":0}}"#
    )
    // Pods of other nodes, a pod in the network of its node, and the API server; all have one MAC address.
    let remote = try ["10.244.8.5", "10.244.9.6", "10.240.0.6", "172.16.0.4"].map { address in
      try node.create(
        "Endpoint", on: pods,
        #"{"IpConfigurations":[{"IpAddress":"\#(address)"}],"MacAddress":"00:11:22:33:44:55","Flags":1,"Policies":[{"Type":"ProviderAddress","Settings":{"ProviderAddress":"10.240.0.6"}}],"SchemaVersion":{"Major":2,"Minor":0}}"#
      )
    }
    let backends = [
      [remote[3]], [remote[0], remote[1]], [local], [local, remote[0]], [remote[2]], [local] + remote,
    ]
    for (index, endpoints) in backends.enumerated() {
      let ids = endpoints.map { "\"\($0)\"" }.joined(separator: ",")
      let balancer = try node.create(
        "LoadBalancer",
        #"{"HostComputeEndpoints":[\#(ids)],"SourceVIP":"10.244.7.9","FrontendVIPs":["10.96.0.\#(index + 1)"],"PortMappings":[{"Protocol":6,"InternalPort":8080,"ExternalPort":80}],"Flags":1,"SchemaVersion":{"Major":2,"Minor":0}}"#
      )
      // After a restart, kube-proxy compares these with its own in upper case.
      #expect(
        try node.properties("LoadBalancer", balancer)["HostComputeEndpoints"]
          == .strings(endpoints.map { $0.uppercased() }))
    }
    for id in remote {
      #expect(try node.properties("Endpoint", id)["MacAddress"] == "00-11-22-33-44-55")
      #expect(try node.client.request("POST", "/hcn/HcnDeleteEndpoint?id=\(id)").status == 200)
    }
    #expect(try node.properties("Endpoint", local)["IpConfigurations"]?.array?.count == 1)
  }

  @Test(arguments: ["1607", "1709", "ltsc2019", "ltsc2025"])
  func dockerMakesNatNetworksWithoutASubnet(_ windows: String) throws {
    let node = try Node(windows)
    var prefixes: Set<String> = []
    for name in ["nat", "backend"] {
      let network = try node.hns(
        "POST", "/networks/",
        #"{"Name":"\#(name)","Type":"nat","Subnets":[{"AddressPrefix":"0.0.0.0/0","GatewayAddress":"0.0.0.0"}]}"#
      )
      let subnet = network["Subnets"]?.array?.first
      let prefix = try #require(subnet?["AddressPrefix"]?.string.flatMap { IPPrefix($0) })
      #expect(prefixes.insert(prefix.description).inserted)
      #expect(subnet?["GatewayAddress"]?.string == prefix.address.next?.description)
      let endpoint = try node.hns(
        "POST", "/endpoints/",
        #"{"VirtualNetwork":"\#(network["ID"]?.string ?? "")","EnableInternalDNS":true}"#)
      #expect(endpoint["IPAddress"]?.string.flatMap { IPAddress($0) }.map { prefix.contains($0) } == true)
      #expect(endpoint["DNSServerList"]?.string == "\(subnet?["GatewayAddress"]?.string ?? ""),10.0.0.53")
      #expect(endpoint["DNSSuffix"] == "corp.example")
    }
  }

  @Test(arguments: ["1607", "ltsc2022"])
  func dockerMakesATransparentNetworkWithDHCP(_ windows: String) throws {
    let node = try Node(windows)
    let network = try node.hns(
      "POST", "/networks/",
      #"{"Name":"tr","Type":"transparent","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"0.0.0.0/0","GatewayAddress":"0.0.0.0"}]}"#
    )
    #expect(network["Subnets"]?.array?.first?["AddressPrefix"] == "0.0.0.0/0")
    #expect(network["Subnets"]?.array?.first?["GatewayAddress"] == "0.0.0.0")
    let endpoint = try node.hns(
      "POST", "/endpoints/", #"{"VirtualNetwork":"\#(network["ID"]?.string ?? "")"}"#)
    #expect(endpoint["IPAddress"] == "")
    _ = try node.hns(
      "POST", "/endpoints/\(endpoint["ID"]?.string ?? "")/attach",
      #"{"SystemType":"Container","ContainerId":"c"}"#)
    // A network of the same type by another VLAN shares the adapter.
    _ = try node.hns(
      "POST", "/networks/",
      #"{"Name":"vlan","Type":"transparent","NetworkAdapterName":"Ethernet","Subnets":[{"AddressPrefix":"10.3.0.0/24","GatewayAddress":"10.3.0.1"}],"Policies":[{"Type":"VLAN","VLAN":3}]}"#
    )
    let restored = try HostNetworkingService(snapshot: node.server.service.service.snapshot)
    #expect(restored == node.server.service.service)
    #expect(restored.invariantViolations().isEmpty)
  }
}
