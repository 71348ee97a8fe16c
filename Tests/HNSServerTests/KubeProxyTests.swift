import HNSEmulator
import HNSService
import HostModel
import JSONText
import NetworkTypes
import Testing

/// The flows of kube-proxy's Windows proxier over HTTP, in the documents it sends (reference: hns, 10.1, 10.3
/// and 10.4).
@Suite struct KubeProxyTests {
  /// A service port as kube-proxy knows it.
  struct ServicePort {
    var vip: String?
    var port: Int
    var target: Int
    var `protocol` = 6
    var backends: [String]
    var isDSR = true
    /// The flags of the port mapping.
    var flags = 0
  }

  /// What a proxier does in one synchronization.
  ///
  /// Like the original it knows load balancers by protocol, ports, address and the set of endpoint ids, which
  /// it folds to upper case on its own side only.
  private final class Proxier {
    struct Identity: Hashable {
      var vip: String?
      var `protocol`: Int64
      var internalPort: Int64
      var externalPort: Int64
      var endpoints: Set<String>
    }

    let client: HTTPClient
    let network: String
    /// The load balancers it made, by frontend.
    var made: [String: String] = [:]
    /// Whether it believes that the service can modify load balancers.
    var modifies: Bool
    /// The calls that changed the host.
    private(set) var calls: [String] = []
    private(set) var errors: [String] = []

    init(_ client: HTTPClient, network: String, modifies: Bool = false) {
      self.client = client
      self.network = network
      self.modifies = modifies
    }

    private func send(
      _ call: String, _ query: String, _ document: String = ""
    ) throws -> (answer: JSON, result: String?) {
      let response = try client.request("POST", "/hcn/\(call)?\(query)", body: document)
      let isDone = response.status == 200
      return (
        response.text.isEmpty ? .null : try response.json(), isDone ? nil : response["X-HRESULT"] ?? "none"
      )
    }

    private func change(_ call: String, _ query: String, _ document: String = "") throws -> JSON? {
      calls.append(call)
      let (answer, result) = try send(call, query, document)
      guard let result else { return answer }
      errors.append(result)
      return nil
    }

    private func list(_ kind: String) throws -> [JSON] {
      let (ids, _) = try send("HcnEnumerate\(kind)s", "", RunningServer.schema2Query)
      return try (ids.array ?? []).compactMap { id in
        try send("HcnQuery\(kind)Properties", "id=\(id.string ?? "")", RunningServer.schema2Query).0
      }
    }

    /// The endpoints of the network by address.
    func endpoints() throws -> [String: String] {
      var result: [String: String] = [:]
      for endpoint in try list("Endpoint")
      where endpoint["HostComputeNetwork"]?.string?.uppercased() == network.uppercased() {
        for part in endpoint["IpConfigurations"]?.array ?? [] {
          result[part["IpAddress"]?.string ?? ""] = endpoint["ID"]?.string
        }
      }
      return result
    }

    func balancers() throws -> [Identity: String] {
      var result: [Identity: String] = [:]
      for balancer in try list("LoadBalancer") {
        let port = try #require(balancer["PortMappings"]?.array?.first)
        let identity = Identity(
          vip: balancer["FrontendVIPs"]?.array?.first?.string, protocol: port["Protocol"]?.integer ?? 0,
          internalPort: port["InternalPort"]?.integer ?? 0, externalPort: port["ExternalPort"]?.integer ?? 0,
          endpoints: Set((balancer["HostComputeEndpoints"]?.array ?? []).compactMap(\.string)))
        result[identity] = balancer["ID"]?.string
      }
      return result
    }

    /// Brings the host to the services.
    func sync(_ services: [ServicePort]) throws {
      var endpoints = try endpoints()
      let present = try balancers()
      var kept: Set<String> = []
      for service in services {
        for address in service.backends where endpoints[address] == nil {
          let document =
            #"{"IpConfigurations":[{"IpAddress":"\#(address)"}],"MacAddress":"02-11-0a-f4-09-07","Flags":1,"SchemaVersion":{"Major":2,"Minor":0}}"#
          endpoints[address] = try change("HcnCreateEndpoint", "network=\(network)", document)?["ID"]?.string
        }
        let ids = service.backends.compactMap { endpoints[$0] }
        let identity = Identity(
          vip: service.vip, protocol: Int64(service.protocol), internalPort: Int64(service.target),
          externalPort: Int64(service.port), endpoints: Set(ids.map { $0.uppercased() }))
        let frontend = "\(service.vip ?? "") \(service.port) \(service.protocol)"
        kept.insert(frontend)
        let document = document(service, ids)
        if let known = present[identity] {
          made[frontend] = known
        } else if let old = made[frontend], modifies,
          try change("HcnModifyLoadBalancer", "id=\(old)", document) != nil
        {
          continue
        } else {
          if let old = made.removeValue(forKey: frontend) {
            modifies = false
            _ = try change("HcnDeleteLoadBalancer", "id=\(old)")
          }
          made[frontend] = try change("HcnCreateLoadBalancer", "", document)?["ID"]?.string
        }
      }
      for (frontend, id) in made.sorted(by: { $0.key < $1.key }) where !kept.contains(frontend) {
        _ = try change("HcnDeleteLoadBalancer", "id=\(id)")
        made[frontend] = nil
      }
      let used = Set(services.flatMap(\.backends))
      for endpoint in try list("Endpoint") where endpoint["Flags"]?.integer == 1 {
        let address = endpoint["IpConfigurations"]?.array?.first?["IpAddress"]?.string ?? ""
        guard !used.contains(address) else { continue }
        _ = try change("HcnDeleteEndpoint", "id=\(endpoint["ID"]?.string ?? "")")
      }
    }

    private func document(_ service: ServicePort, _ ids: [String]) -> String {
      let endpoints = ids.map { "\"\($0)\"" }.joined(separator: ",")
      let vips = service.vip.map { #","FrontendVIPs":["\#($0)"]"# } ?? ""
      return
        #"{"HostComputeEndpoints":[\#(endpoints)],"SourceVIP":""\#(vips),"PortMappings":[{"Protocol":\#(service.protocol),"InternalPort":\#(service.target),"ExternalPort":\#(service.port),"Flags":\#(service.flags)}],"SchemaVersion":{"Major":2,"Minor":0},"Flags":\#(service.isDSR ? 1 : 0)}"#
    }
  }

  /// A node with an l2bridge network and one pod.
  private struct Node {
    let server: RunningServer
    let client: HTTPClient
    let network: String

    init(_ windows: String = "ltsc2022", _ assumptions: Assumptions = Assumptions()) throws {
      server = try RunningServer(
        HostConfiguration(
          build: WindowsBuild(windows) ?? .standard, assumptions: assumptions, adapters: ["Ethernet"],
          addresses: ["10.240.0.5"].compactMap { IPAddress($0) }))
      client = try server.client()
      network = try #require(
        try client.request(
          "POST", "/hcn/HcnCreateNetwork",
          body:
            #"{"Name":"cbr0","Type":"L2Bridge","Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],"Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"10.244.7.0/24","Routes":[{"NextHop":"10.244.7.1","DestinationPrefix":"0.0.0.0/0"}]}]}],"SchemaVersion":{"Major":2,"Minor":0}}"#
        ).json()["ID"]?.string)
      let pod = try client.request(
        "POST", "/hcn/HcnCreateEndpoint?network=\(network)",
        body:
          #"{"Name":"web","IpConfigurations":[{"IpAddress":"10.244.7.10"}],"SchemaVersion":{"Major":2,"Minor":0}}"#
      )
      #expect(pod.status == 200, "\(pod.text)")
    }

    func proxier(modifies: Bool = false) -> Proxier {
      Proxier(client, network: network, modifies: modifies)
    }
  }

  private static func shop(_ backends: [String]) -> [ServicePort] {
    [
      ServicePort(vip: "10.96.7.7", port: 80, target: 8080, backends: backends),
      ServicePort(vip: nil, port: 30080, target: 8080, backends: backends, isDSR: false, flags: 18),
      ServicePort(vip: "203.0.113.7", port: 80, target: 8080, backends: backends, isDSR: false, flags: 16),
    ]
  }

  @Test(
    "Services are created, and recognized after a restart", arguments: ["ltsc2019", "ltsc2022", "ltsc2025"])
  func restart(windows: String) throws {
    let node = try Node(windows)
    let services = Self.shop(["10.244.7.10", "10.244.9.7", "10.240.0.6"])
    let first = node.proxier()
    try first.sync(services)
    #expect(first.errors == [])
    #expect(
      first.calls == Array(repeating: "HcnCreateEndpoint", count: 2)
        + Array(repeating: "HcnCreateLoadBalancer", count: 3))
    let second = node.proxier()
    try second.sync(services)
    #expect(second.calls == [], "a proxier that starts anew finds everything as it left it")
    #expect(second.made == first.made)
  }

  @Test("Backends that come and go", arguments: ["ltsc2022", "ltsc2025"])
  func update(windows: String) throws {
    let node = try Node(windows)
    let proxier = node.proxier(modifies: true)
    try proxier.sync(Self.shop(["10.244.7.10", "10.244.9.7"]))
    let before = proxier.made
    try proxier.sync(Self.shop(["10.244.7.10", "10.244.9.8"]))
    let modified = proxier.calls.filter { $0 == "HcnModifyLoadBalancer" }.count
    if windows == "ltsc2025" {
      #expect(proxier.errors == [])
      #expect(modified == 3)
      #expect(proxier.made == before, "a load balancer that is modified keeps its id")
    } else {
      // The first attempt is answered with E_NOTIMPL, and then they are deleted and created.
      #expect(proxier.errors == ["0x80004001"])
      #expect(modified == 1)
      #expect(Set(proxier.made.values).isDisjoint(with: before.values))
    }
    #expect(proxier.calls.last == "HcnDeleteEndpoint", "the stale remote endpoint")
    let ends = try proxier.endpoints()
    #expect(ends["10.244.9.7"] == nil && ends["10.244.9.8"] != nil && ends["10.244.7.10"] != nil)
    for identity in try proxier.balancers().keys {
      #expect(
        identity.endpoints
          == Set(["10.244.7.10", "10.244.9.8"].compactMap { ends[$0]?.uppercased() }),
        "a modified load balancer has the new list of endpoints, and not both")
    }
  }

  @Test("Stale services and endpoints are deleted")
  func stale() throws {
    let node = try Node()
    let proxier = node.proxier()
    try proxier.sync(
      Self.shop(["10.244.7.10", "10.244.9.7"])
        + [ServicePort(vip: "10.96.0.10", port: 53, target: 53, protocol: 17, backends: ["10.244.9.7"])])
    try proxier.sync([
      ServicePort(vip: "10.96.0.10", port: 53, target: 53, protocol: 17, backends: ["10.244.9.7"])
    ])
    #expect(try proxier.balancers().count == 1)
    #expect(try proxier.endpoints().keys.sorted() == ["10.244.7.10", "10.244.9.7"])
    try proxier.sync([])
    #expect(proxier.errors == [])
    #expect(try proxier.balancers().isEmpty)
    #expect(try proxier.endpoints().keys.sorted() == ["10.244.7.10"], "pods of the node are not kube-proxy's")
  }

  @Test("An orphaned load balancer answers 0x803b0013 until it is deleted")
  func orphan() throws {
    let node = try Node()
    let first = node.proxier()
    try first.sync(Self.shop(["10.244.7.10"]))
    // Another set of backends is another load balancer to kube-proxy, which forgot that it made the first.
    let second = node.proxier()
    try second.sync(Self.shop(["10.244.7.10", "10.244.9.7"]))
    #expect(second.errors == Array(repeating: "0x803b0013", count: 3))
    #expect(second.made.isEmpty)
    for id in try second.balancers().values {
      #expect(try node.client.request("POST", "/hcn/HcnDeleteLoadBalancer?id=\(id)").status == 200)
    }
    let third = node.proxier()
    try third.sync(Self.shop(["10.244.7.10", "10.244.9.7"]))
    #expect(third.errors == [])
    #expect(third.made.count == 3)
  }
}
