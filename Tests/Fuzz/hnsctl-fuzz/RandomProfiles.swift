import HostModel

/// Random small profiles for one host: every driver, isolation mode and build.
///
/// There are few names, so that a profile changes the objects of the one before it.
struct RandomProfiles {
  private var numbers: InputNumbers
  private let host: String

  /// Chooses the host that the profiles are for.
  ///
  /// - Parameter numbers: The source of all choices.
  init(from numbers: InputNumbers) {
    var numbers = numbers
    func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &numbers) }
    let release = WindowsBuild.releases[number(WindowsBuild.releases.count)]
    let known = Array(Assumption.allCases)
    let assumptions = (0..<number(3)).map { _ in known[number(known.count)] }
    let stated = Set(assumptions).map { "\($0.name): \($0.values[number($0.values.count)].value)" }
    host =
      "{windows: \(release.names[0]), addresses: [10.240.0.5], adapters: [E1, E2], "
      + "assumptions: {\(stated.sorted().joined(separator: ", "))}}"
    self.numbers = numbers
  }

  /// Whether another agent adds an ACL before the next profile.
  var addsForeignACL: Bool { mutating get { number(4) == 3 } }

  /// The text of the next profile.
  mutating func next() -> String {
    let sets = (0..<number(3)).map { set in
      "  s\(set): [\(list(number(3) + 1) { $0.acl("s\(set)-\($1)") })]\n"
    }
    let networks = (0...number(2)).map { network($0) }
    let endpoints = (0..<number(4)).map { endpoint(networks, sets: sets.count, $0) }
    return """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: random
      host: \(host)
      addressSets: {near: [10.1.0.0/16, "fd00:1::/64"], far: [198.51.100.0/24, 203.0.113.7]}
      aclSets:\(sets.isEmpty ? " {}" : "")
      \(sets.joined())networks: [\(networks.map(\.text).joined(separator: ", "))]
      containers: [\(endpoints.joined(separator: ", "))]
      services: [\(list(number(3)) { $0.service(networks, endpoints.count, $1) })]

      """
  }

  // MARK: Random values

  private mutating func number(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &numbers) }

  private mutating func one(_ words: [String]) -> String { words[number(words.count)] }

  private mutating func list(_ count: Int, _ element: (inout Self, Int) -> String) -> String {
    (0..<count).map { element(&self, $0) }.joined(separator: ", ")
  }

  // MARK: Parts

  private struct Network {
    var index: Int
    var text: String
    var hasIPv6: Bool
  }

  private mutating func network(_ index: Int) -> Network {
    let driver = NetworkDriver.allCases[number(NetworkDriver.allCases.count)]
    let hasIPv6 = driver == .l2bridge && number(3) == 2
    var subnet = "{prefix: 10.\(index + 1).0.0/16, gateway: 10.\(index + 1).0.1"
    if driver == .overlay { subnet += ", vsid: \(4096 + number(2))" }
    subnet += "}"
    if hasIPv6 { subnet += ", {prefix: \"fd00:\(index + 1)::/64\", gateway: \"fd00:\(index + 1)::1\"}" }
    let adapter = driver == .nat ? "" : ", adapter: E\(index + 1)"
    return Network(
      index: index, text: "{name: n\(index), driver: \(driver.rawValue)\(adapter), subnets: [\(subnet)]}",
      hasIPv6: hasIPv6)
  }

  private mutating func endpoint(_ networks: [Network], sets: Int, _ index: Int) -> String {
    let network = networks[number(networks.count)]
    let base = "\(network.index + 1)"
    var members = ["name: c\(index)", "network: n\(network.index)"]
    members.append("isolation: \(one(["process", "hyperv"]))")
    if number(3) > 0 {
      let second = network.hasIPv6 && number(2) == 1 ? ", \"fd00:\(base)::\(index + 9)\"" : ""
      members.append("addresses: [10.\(base).0.\(index + 9)\(second)]")
    }
    switch number(5) {
    case 0: members.append("defaults: {in: \(one(["block", "allow"]))}")
    case 1: members.append("defaults: {in: \(one(["block", "allow"])), out: \(one(["block", "allow"]))}")
    default: break
    }
    if sets > 0, number(2) == 1 { members.append("aclSets: [s\(number(sets))]") }
    let acls = list(number(4)) { $0.acl("a\($1)") }
    if !acls.isEmpty { members.append("acls: [\(acls)]") }
    if number(4) == 3 {
      members.append("publish: [\"\(8080 + index):\(one(["80", "53/udp", "443/tcp"]))\"]")
    }
    switch number(9) {
    case 0: members.append("outboundNat: {exceptions: [10.0.0.0/8]}")
    case 8:
      members.append("outboundNat: {exceptions: [10.0.0.0/8], destinations: [10.\(base).0.\(index + 9)/32]}")
    case 1: members.append("routes: [{destination: 10.96.0.0/12, encap: \(one(["true", "false"]))}]")
    case 2: members.append("policies: [{type: EncapOverhead, settings: {Overhead: \(number(2) + 50)}}]")
    case 3: members.append("policies: [{type: L2Driver, settings: {}}]")
    default: break
    }
    return "{\(members.joined(separator: ", "))}"
  }

  /// A service, often of endpoints that are on its network and have addresses.
  private mutating func service(_ networks: [Network], _ endpoints: Int, _ index: Int) -> String {
    let base = networks[number(networks.count)].index + 1
    let backends = list(number(3)) { profiles, _ in
      endpoints > 0 && profiles.number(3) > 0
        ? "c\(profiles.number(endpoints))" : "10.\(base).0.\(200 + profiles.number(4))"
    }
    let node = number(3) == 2 ? ", nodePort: \(30080 + index)" : ""
    var members = [
      "name: f\(index)", "address: 10.96.0.\(index + 1)", "backends: [\(backends)]",
      "ports: [{port: \(one(["80", "443"])), targetPort: 8080, protocol: \(one(["tcp", "udp"]))\(node)}]",
    ]
    switch number(5) {
    case 0: members.append("dsr: \(one(["true", "false"]))")
    case 1: members.append("externalAddresses: [203.0.113.\(index + 50)]")
    case 2: members.append("sessionAffinity: clientIP")
    default: break
    }
    return "{\(members.joined(separator: ", "))}"
  }

  private mutating func acl(_ name: String) -> String {
    var members = [
      "name: \(name)", "direction: \(one(["in", "out"]))", "action: \(one(["allow", "block"]))",
    ]
    let protocols = one(["", "tcp", "udp", "tcp, udp", "icmp", "gre", "1-5", "252"])
    if !protocols.isEmpty { members.append("protocols: [\(protocols)]") }
    let addresses = [
      "near", "far", "10.1.0.9", "10.1.0.8/30", "0.0.0.0/1", "\"fd00:1::9\"", "10.1.0.5-10.1.0.18",
    ]
    let ports = ["80", "443", "1-1023", "80-90", "8080", "49152-65535"]
    for side in ["local", "remote"] {
      if number(3) == 2 {
        members.append("\(side)Addresses: [\(list(number(2) + 1) { p, _ in p.one(addresses) })]")
      }
      if protocols.hasSuffix("p") || protocols.hasPrefix("t"), number(3) == 2 {
        members.append("\(side)Ports: [\(list(number(2) + 1) { p, _ in p.one(ports) })]")
      }
    }
    if number(4) == 3 { members.append("priority: \(one(["1", "100", "1000", "2000", "64999"]))") }
    return "{\(members.joined(separator: ", "))}"
  }
}
