import FilterEngine
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import Testing

/// A host with pods and load balancers, which are created by HCN documents as kube-proxy sends them.
struct ServiceHost {
  /// What a load balancer is like.
  struct Balancer {
    var addresses = ["10.96.0.10"]
    var external: UInt16 = 80
    var `internal`: UInt16 = 8080
    var `protocol`: UInt8 = 6
    var isDSR = true
    var source: String?
    var portFlags = 0
    var distribution = 0
    var isIPv6 = false
  }

  private(set) var service: HostNetworkingService
  var evaluator: PacketEvaluator
  private(set) var directory: PeerDirectory

  /// Three pods of one network: client, web and api.
  init(
    driver: NetworkDriver = .l2bridge, windows: String = "ltsc2022", assumptions: String = "",
    families: [AddressFamily] = [.ipv4],
    hostAddresses: String = "[192.0.2.5]", nat: String = ""
  ) throws {
    func addresses(_ number: Int) -> String {
      families.map { $0 == .ipv4 ? "10.244.7.\(number)" : "\"2001:db8:7::\(number)\"" }
        .joined(separator: ", ")
    }
    let applied = try AppliedProfile(
      profileText(
        driver: driver, windows: windows, assumptions: assumptions, families: families,
        hostAddresses: hostAddresses,
        """
        pods:
          - {name: client, network: net, addresses: [\(addresses(30))]\(nat), containers: [{name: app}]}
          - {name: web, network: net, addresses: [\(addresses(10))], containers: [{name: app}]}
          - {name: api, network: net, addresses: [\(addresses(20))], containers: [{name: app}]}
          - {name: agent, hostProcess: true, containers: [{name: agent}]}
        """))
    service = applied.service
    evaluator = applied.evaluator
    directory = applied.directory
  }

  /// The id of an endpoint.
  func id(_ name: String) throws -> GUID {
    try #require(evaluator.topology.endpoints.first { $0.name == name || $0.name.hasPrefix("\(name)@") }?.id)
  }

  private mutating func refresh() {
    evaluator = PacketEvaluator(service)
    directory = PeerDirectory(evaluator.topology)
  }

  /// Creates a load balancer; returns its id.
  @discardableResult
  mutating func add(_ balancer: Balancer, to backends: [String]) throws -> GUID {
    let ids = try backends.map { JSON.string(try self.id($0).uppercase) }
    var settings: JSONObject = [
      "HostComputeEndpoints": .array(ids), "FrontendVIPs": .strings(balancer.addresses),
      "PortMappings": [
        [
          "Protocol": .number(balancer.protocol), "InternalPort": .number(balancer.internal),
          "ExternalPort": .number(balancer.external), "DistributionType": .number(balancer.distribution),
          "Flags": .number(balancer.portFlags),
        ]
      ], "Flags": .number((balancer.isDSR ? 1 : 0) + (balancer.isIPv6 ? 2 : 0)),
      "SchemaVersion": ["Major": 2, "Minor": 0],
    ]
    if let source = balancer.source { settings.append("SourceVIP", .string(source)) }
    let id = try service.create(.loadBalancer, settings: .object(settings))
    refresh()
    return id
  }

  /// Creates an endpoint of another host.
  mutating func addRemote(_ address: String, name: String? = "remote", provider: String? = nil) throws {
    let network = try #require(evaluator.topology.networks.first?.id)
    let policies: JSON =
      provider.map { [["Type": "ProviderAddress", "Settings": ["ProviderAddress": .string($0)]]] } ?? []
    var settings: JSONObject = [
      "HostComputeNetwork": .string(network.lowercase),
      "IpConfigurations": [["IpAddress": .string(address)]], "MacAddress": "00-15-5D-01-02-03",
      "Flags": 1, "Policies": policies, "SchemaVersion": ["Major": 2, "Minor": 0],
    ]
    if let name { settings.append("Name", .string(name)) }
    _ = try service.create(.endpoint, settings: .object(settings))
    refresh()
  }

  /// Creates an endpoint of this host that is in no compartment.
  mutating func addUnattached(_ name: String, _ address: String) throws {
    let network = try #require(evaluator.topology.networks.first?.id)
    _ = try service.create(
      .endpoint,
      settings: [
        "Name": .string(name), "HostComputeNetwork": .string(network.lowercase),
        "IpConfigurations": [["IpAddress": .string(address)]],
        "SchemaVersion": ["Major": 2, "Minor": 0],
      ])
    refresh()
  }

  /// Replaces the ACLs of an endpoint.
  mutating func setACLs(_ name: String, _ acls: [JSON]) throws {
    try addPolicies(name, acls.map { ["Type": "ACL", "Settings": $0] }, request: "Update")
  }

  /// Changes the policies of an endpoint.
  mutating func addPolicies(_ name: String, _ policies: [JSON], request: String = "Add") throws {
    try service.modify(
      .endpoint, try id(name),
      settings: [
        "ResourceType": "Policy", "RequestType": .string(request),
        "Settings": ["Policies": .array(policies)],
      ])
    refresh()
  }

  /// Adds policies to the network.
  mutating func addNetworkPolicies(_ policies: [JSON]) throws {
    try service.modify(
      .network, try #require(evaluator.topology.networks.first?.id),
      settings: [
        "ResourceType": "Policy", "RequestType": "Add", "Settings": ["Policies": .array(policies)],
      ])
    refresh()
  }

  /// An end by name or address.
  func peer(_ text: String) throws -> Peer {
    guard case .peer(let peer) = directory.find(text) else {
      throw PacketProblem.noEndpoint(IPAddress(.ipv4, 0))
    }
    return peer
  }

  /// The trace of a TCP packet.
  mutating func trace(_ from: String, _ to: String, _ port: UInt16 = 80) throws -> PacketTrace {
    let query = PacketQuery(from: try peer(from), to: try peer(to), protocol: .tcp, port: port)
    let trace = try evaluator.trace(query)
    let decision = try evaluator.decide(query)
    #expect(decision.verdict == trace.verdict && decision.rule.map { evaluator.names[$0] } == trace.rule)
    return trace
  }

  /// What happens to a packet, a line for each step: `WHO POINT DIRECTION SOURCE > DESTINATION`, or
  /// `rewrite WHO LAYER FIELD NEW` or `encapsulate WHO LAYER PROVIDER`.
  func lines(_ steps: [TraceStep]) -> [String] {
    func name(_ endpoint: Int?) -> String {
      endpoint.map { String(evaluator.topology.endpoints[$0].name.prefix { $0 != "@" }) } ?? "host"
    }
    return steps.map { step in
      switch step {
      case .filter(let step):
        let packet = step.packet
        let (source, destination) =
          packet.direction == .out ? (packet.local, packet.remote) : (packet.remote, packet.local)
        let port = packet.direction == .out ? packet.remotePort : packet.localPort
        let point = step.enforcement == .vfp ? "vfp" : "firewall"
        return
          "\(name(step.endpoint)) \(point) \(packet.direction.rawValue) \(source) > \(destination):\(port)"
      case .rewrite(let step):
        let layer = step.rule?.group.layer.rawValue ?? "-"
        return "rewrite \(name(step.endpoint)) \(layer) \(step.field.rawValue) \(step.to.address)"
          + (step.field == .destination ? ":\(step.to.port ?? 0)" : "")
      case .encapsulate(let step):
        let owner =
          switch step.port {
          case .endpoint(let index): name(index)
          case .host: "host"
          case .router: "router"
          }
        return "encapsulate \(owner) \(step.group?.layer.rawValue ?? "-") \(step.provider)"
      }
    }
  }

  /// An ACL that allows or blocks TCP to addresses or ports.
  static func acl(
    _ id: String, _ action: String, _ direction: String, addresses: String? = nil, ports: String? = nil,
    priority: Int = 100, type: String = "Switch"
  ) -> JSON {
    var settings: JSONObject = [
      "Id": .string(id), "Action": .string(action), "Direction": .string(direction), "Protocols": "6",
      "RuleType": .string(type),
    ]
    if type == "Switch" { settings.append("Priority", .number(priority)) }
    if let addresses { settings.append("RemoteAddresses", .string(addresses)) }
    if let ports {
      settings.append(direction == "In" ? "LocalPorts" : "RemotePorts", .string(ports))
    }
    return .object(settings)
  }

  /// ACLs that allow everything else.
  static let rest: [JSON] = [
    ["Id": "rest-in", "Action": "Allow", "Direction": "In", "RuleType": "Switch", "Priority": 60000],
    ["Id": "rest-out", "Action": "Allow", "Direction": "Out", "RuleType": "Switch", "Priority": 60000],
  ]
}
