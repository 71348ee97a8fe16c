package import HNSEmulator
import JSONText
import NetworkTypes

/// Calls of every kind, most of them valid.
///
/// There are few ids per kind of object, so that calls use objects created by others and deleted objects.
package struct RandomServiceCalls<Numbers: RandomNumberGenerator> {
  /// What the calls are drawn from.
  package var numbers: Numbers

  /// Draws calls from some numbers.
  ///
  /// - Parameter numbers: The numbers.
  package init(from numbers: Numbers) { self.numbers = numbers }

  /// The next call.
  package mutating func next() -> ServiceCall {
    switch number(100) {
    case 0..<26: create()
    case 26..<54: modify()
    case 54..<64: look()
    case 64..<80: delete()
    case 80..<98: hns()
    case 98: .assignManagementIP(network: id(.network))
    default: number(3) == 0 ? .restart : .enumerate(.network, query: ["Filter": "no filter"])
    }
  }

  // MARK: Random values

  /// A number from 0 up to, but without, a bound.
  package mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &numbers) }

  private mutating func kind() -> HCNObjectKind {
    let kinds: [HCNObjectKind] = [
      .network, .endpoint, .endpoint, .endpoint, .namespace, .namespace, .loadBalancer, .route,
      .guestNetworkService,
    ]
    return kinds[number(kinds.count)]
  }

  private mutating func id(_ kind: HCNObjectKind) -> GUID {
    let (base, count): (Int, Int) =
      switch kind {
      case .network: (0x100, 5)
      case .endpoint: (0x200, 20)
      case .namespace: (0x300, 8)
      case .loadBalancer: (0x400, 6)
      case .route: (0x500, 6)
      case .guestNetworkService: (0x700, 4)
      }
    return GUID(UInt128(base + number(count)))
  }

  private mutating func text(_ kind: HCNObjectKind) -> JSON { .string(id(kind).uppercase) }

  // MARK: Documents

  private mutating func create() -> ServiceCall {
    let kind = kind()
    let settings = number(12) == 0 ? nonsense() : document(kind)
    return .create(
      kind, id: id(kind), network: kind == .endpoint ? id(.network) : nil, settings: settings)
  }

  private mutating func delete() -> ServiceCall {
    let kind = kind()
    return .delete(kind, id(kind))
  }

  private mutating func nonsense() -> JSON {
    let choices: [JSON] = [
      [], ["Name": 7], ["Policies": [["Type": "Nothing"]]], ["Type": "Nowhere"], .null,
      ["SchemaVersion": "2"], ["ID": "no id"], ["Resources": [["Type": "Endpoint"]]],
    ]
    return choices[number(choices.count)]
  }

  private mutating func document(_ kind: HCNObjectKind) -> JSON {
    switch kind {
    case .network: network()
    case .endpoint: endpoint()
    case .namespace:
      [
        "Type": .string(["Host", "Host", "HostDefault", "Guest", "GuestDefault"][number(5)]),
        "CreateWithCompartment": .bool(number(3) == 0),
      ]
    case .loadBalancer: loadBalancer()
    case .route: route()
    case .guestNetworkService:
      ["VirtualMachineId": .string(GUID(0x600).uppercase), "MirrorHostNetworking": true]
    }
  }

  private mutating func network() -> JSON {
    let index = number(5)
    let types = ["NAT", "L2Bridge", "Overlay", "Transparent", "ICS", "Internal", "Nowhere"]
    let type = types[index == 4 ? number(types.count) : index]
    var subnet: JSONObject = [
      "IpAddressPrefix": .string("10.\(index).0.0/28"),
      "Routes": [["NextHop": .string("10.\(index).0.1"), "DestinationPrefix": "0.0.0.0/0"]],
    ]
    if number(8) == 0 {
      subnet = [
        "IpAddressPrefix": "0.0.0.0/0",
        "Routes": [["NextHop": "0.0.0.0", "DestinationPrefix": "0.0.0.0/0"]],
      ]
    }
    if type == "Overlay" { subnet["Policies"] = [["Type": "VSID", "Settings": ["IsolationId": 4096]]] }
    var policies: [JSON] = [setPolicy()]
    if type != "NAT", number(6) > 0 {
      // Networks of one type share an adapter, by its name or as a vNIC, and some have a team.
      let name = "E\(number(3) == 0 ? number(5) : index)"
      let adapter = [name, name, name, "vEthernet (\(name))", "\(name),E\(number(5))"][number(5)]
      policies.append(["Type": "NetAdapterName", "Settings": ["NetworkAdapterName": .string(adapter)]])
    }
    return [
      "Name": .string("n\(index)"), "Type": .string(type), "Policies": .array(policies),
      "Flags": .integer([0, 8, 16][number(3)]), "SchemaVersion": ["Major": 2, "Minor": 0],
      "Ipams": [["Type": "Static", "Subnets": [.object(subnet)]]],
    ]
  }

  private mutating func setPolicy() -> JSON {
    [
      "Type": "SetPolicy",
      "Settings": [
        "Id": .string("set\(number(3))"), "Name": "set", "Values": .string("10.9.\(number(9)).0/24"),
        "PolicyType": "IPSET",
      ],
    ]
  }

  private mutating func endpoint() -> JSON {
    var result: JSONObject = ["Name": .string("e\(number(9))"), "SchemaVersion": ["Major": 2]]
    if number(3) == 0 {
      result["IpConfigurations"] = [["IpAddress": .string("10.\(number(4)).0.\(number(16))")]]
    }
    if number(4) == 0 {
      // An endpoint of another host, with any address and often the same MAC address as others.
      result["Flags"] = 1
      result["IpConfigurations"] = [["IpAddress": .string("10.\(number(5)).0.\(number(16))")]]
      if number(2) == 0 { result["MacAddress"] = "00:11:22:33:44:55" }
    }
    if number(3) == 0 { result["Policies"] = .array([policy()]) }
    return .object(result)
  }

  private mutating func policy() -> JSON {
    switch number(4) {
    case 0:
      return [
        "Type": "PortMapping",
        "Settings": [
          "Protocol": 6, "InternalPort": 80,
          "ExternalPort": .integer(number(2) == 0 ? 0 : 8080 + Int64(number(6))),
        ],
      ]
    case 1: return ["Type": "OutBoundNAT", "Settings": ["Exceptions": ["10.0.0.0/8"]]]
    default:
      let remote = number(3) == 0 ? "set\(number(3))" : "10.8.0.\(number(4))"
      return [
        "Type": "ACL",
        "Settings": [
          "Protocols": .string(number(8) == 0 ? "none" : "6"), "RemoteAddresses": .string(remote),
          "Priority": .integer(100 + Int64(number(3))), "Action": .string(["Allow", "Block"][number(2)]),
          "Direction": .string(["In", "Out"][number(2)]), "RuleType": "Switch",
        ],
      ]
    }
  }

  private mutating func loadBalancer() -> JSON {
    [
      "HostComputeEndpoints": .array((0..<number(3)).map { _ in text(.endpoint) }),
      "FrontendVIPs": [.string("10.96.0.\(number(3))")],
      "PortMappings": [
        ["Protocol": 6, "InternalPort": 80, "ExternalPort": .integer(80 + Int64(number(3)))]
      ],
    ]
  }

  private mutating func route() -> JSON {
    [
      "HostComputeEndpoints": .array((0..<number(2)).map { _ in text(.endpoint) }),
      "Setting": [["DestinationPrefix": .string("10.\(number(99)).0.0/16"), "NeedEncap": true]],
    ]
  }

  // MARK: Requests

  private mutating func modify() -> ServiceCall {
    let kind = kind()
    guard number(15) > 0 else { return .modify(kind, id(kind), settings: nonsense()) }
    switch kind {
    case .network:
      let settings: JSON = ["Policies": [setPolicy()]]
      return .modify(
        kind, id(kind), settings: request("Policy", ["Add", "Update", "Remove"][number(3)], settings))
    case .endpoint where number(4) == 0:
      let machine: JSON = ["VirtualMachineId": .string(GUID(UInt128(0x600 + number(3))).uppercase)]
      return .modify(
        kind, id(kind), settings: request("Port", ["Add", "Remove", "Refresh"][number(3)], machine))
    case .endpoint:
      let policies = JSON.array((0..<number(4)).map { _ in policy() })
      return .modify(
        kind, id(kind),
        settings: request("Policy", ["Add", "Update", "Update", "Remove"][number(4)], ["Policies": policies]))
    case .namespace:
      return .modify(kind, id(kind), settings: namespaceRequest())
    case .loadBalancer, .route: return .modify(kind, id(kind), settings: document(kind))
    case .guestNetworkService:
      let state = ["Synchronized", "Desynchronized", "Nowhere"][number(3)]
      return .modify(kind, id(kind), settings: request("State", "Update", ["State": .string(state)]))
    }
  }

  private mutating func namespaceRequest() -> JSON {
    if number(3) == 0 {
      let type = number(3) == 0 ? "Add" : "Remove"
      return request("Container", type, ["ContainerId": .string("c\(number(2))")])
    }
    return request("Endpoint", number(4) == 0 ? "Remove" : "Add", ["EndpointId": text(.endpoint)])
  }

  private func request(_ resource: String, _ type: String, _ settings: JSON) -> JSON {
    ["ResourceType": .string(resource), "RequestType": .string(type), "Settings": settings]
  }

  private mutating func look() -> ServiceCall {
    let kind = kind()
    let queries: [JSON?] = [
      nil, ["SchemaVersion": ["Major": 2]], ["Filter": #"{"Name":"e1"}"#], ["Filter": 7],
      ["SchemaVersion": ["Major": "2"]],
    ]
    let query = queries[number(queries.count)]
    return switch number(5) {
    case 0: .enumerate(kind, query: query)
    case 1: .open(kind, id(kind))
    case 2: .query(kind, id(kind), query: query)
    case 3: .endpointStats(id(.endpoint), query: nil)
    default: .endpointAddresses(id(.endpoint), query: nil)
    }
  }

  // MARK: HNS v1

  private mutating func hns() -> ServiceCall {
    let resources: [(path: String, kind: HCNObjectKind)] = [
      ("networks", .network), ("endpoints", .endpoint), ("policylists", .loadBalancer),
      ("namespaces", .namespace),
    ]
    let (path, kind) = resources[number(resources.count)]
    let object = "/\(path)/\(id(kind).uppercase)"
    switch number(8) {
    case 0: return .hns(method: "GET", path: "/\(path)/", request: nil)
    case 1: return .hns(method: "GET", path: object, request: nil)
    case 2:
      guard kind != .network || number(4) == 0 else { return .hns(method: "GET", path: object, request: nil) }
      return .hns(method: "DELETE", path: object, request: nil)
    case 3:
      return .hns(method: "POST", path: "/\(path)", request: number(6) == 0 ? nonsense() : v1Document(kind))
    case 4, 5:
      return .hns(
        method: "POST", path: "/endpoints/\(id(.endpoint).uppercase)/attach",
        request: [
          "ContainerId": .string("v\(number(3))"),
          "SystemType": .string(["Container", "VirtualMachine", "Host", "Nothing"][number(4)]),
        ])
    case 6: return .hns(method: "POST", path: "/endpoints/\(id(.endpoint).uppercase)/detach", request: [:])
    default:
      return .hns(
        method: "POST", path: "/endpoints/\(id(.endpoint).uppercase)",
        request: [
          "Policies": [
            ["Type": "ACL", "Action": "Block", "Direction": .string(["In", "Out", "Up"][number(3)])]
          ]
        ])
    }
  }

  private mutating func v1Document(_ kind: HCNObjectKind) -> JSON {
    switch kind {
    case .endpoint: ["ID": text(.endpoint), "VirtualNetwork": text(.network)]
    case .network:
      [
        "ID": text(.network), "Type": "nat",
        "Subnets": [["AddressPrefix": .string("10.7\(number(5)).0.0/24")]],
      ]
    case .namespace: ["IsDefault": false]
    case .loadBalancer, .route, .guestNetworkService:
      [
        "References": [.string("/endpoints/\(id(.endpoint).uppercase)")],
        "Policies": [
          ["Type": "ELB", "InternalPort": 80, "ExternalPort": .integer(90 + Int64(number(3))), "Protocol": 6]
        ],
      ]
    }
  }
}
