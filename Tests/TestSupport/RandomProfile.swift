import HNSTestSupport
import HostModel

/// A random profile: the same for the same seed, and accepted most of the time.
///
/// It has every driver, isolation mode and several Windows names, ACLs of many shapes, published ports, sets,
/// default actions, NAT, services and tests.
package struct RandomProfile {
  /// How many of them tests read; `.ci/properties` reads more, with a release build.
  package static let count = 60

  var windows: String
  var build: UInt32
  var hostAddress: String
  var assumptions: [String]
  var networks: [Network] = []
  var addressSets: [(name: String, members: [String])] = []
  var aclSets: [(name: String, acls: [ACL])] = []
  var workloads: [Workload] = []
  var services: [Service] = []
  var random: SeededGenerator
  private var aclCount = 0
  private var usedPriorities: Set<Int> = []
  /// How likely an ACL has a priority.
  private var priorityShare = 0.0

  /// A network of the profile.
  struct Network {
    var name: String
    var driver: NetworkDriver
    var prefix: String
    var hasIPv6: Bool
    /// Its subnets and other members, as YAML.
    var members: [String]
  }

  /// A container or pod of the profile.
  struct Workload {
    var name: String
    var network: Int
    var isPod: Bool
    var isHyperV: Bool
    var addresses: [String] = []
    var published: [String] = []
    var defaults: [String] = []
    var aclSets: [String] = []
    var acls: [ACL] = []
    /// Other members, as YAML.
    var members: [String] = []
  }

  /// An ACL of the profile.
  struct ACL {
    var name: String
    var isIn: Bool
    var isAllow: Bool
    var priority: Int?
    var protocols: [String] = []
    /// Addresses and ports, by key.
    var lists: [(key: String, values: [String])] = []
  }

  /// The text of a profile.
  ///
  /// - Parameter seed: The seed.
  package static func text(seed: UInt64) -> String { RandomProfile(seed: seed).text }

  /// The texts of a profile and of the same profile after a few edits.
  ///
  /// - Parameter seed: The seed.
  package static func pair(seed: UInt64) -> (before: String, after: String) {
    let before = RandomProfile(seed: seed)
    var after = before
    after.edit()
    return (before.text, after.text)
  }

  private init(seed: UInt64) {
    random = SeededGenerator(seed: seed &* 0x9e37_79b9_7f4a_7c15)
    for _ in 0..<8 { _ = random.next() }
    (windows, build) = Self.builds[Int(seed / 10) % Self.builds.count]
    hostAddress = "10.240.\(random.below(4)).\(2 + random.below(200))"
    assumptions = random.chance(0.1) ? [random.one(of: Self.assumptions)] : []
    let drivers = NetworkDriver.allCases
    let isHyperV = seed / 5 % 2 == 1
    networks = [network(0, drivers[Int(seed) % drivers.count])]
    if random.chance(0.3) {
      let others = drivers.filter { $0 != .nat || networks[0].driver != .nat || build >= 20348 }
      networks.append(network(1, random.one(of: others)))
    }
    for name in random.some(["corp", "peers", "metadata"], 0, 2) {
      addressSets.append((name, random.some(Self.prefixes + spans, 1, 4)))
    }
    for name in random.some(["common", "egress"], 0, 2) {
      priorityShare = random.one(of: [0, 0, 0.5, 1])
      let isNarrow = networks.contains { !$0.driver.hasSwitch }
      aclSets.append((name, acls(name, isNarrow ? 2 : random.one(of: [1, 2, 3]), isDual: false)))
    }
    let names = ["web", "api", "db", "cache", "job"]
    for index in 0..<random.one(of: [1, 2, 2, 3, 3, 4, 5]) {
      let number = index == 0 || networks.count == 1 || random.chance(0.6) ? 0 : 1
      workloads.append(workload(names[index], index, number, index == 0 ? isHyperV : random.chance(0.4)))
    }
    addServices()
  }

  private var spans: [String] { build < 17134 ? [] : Self.spans }

  // MARK: Networks and workloads

  private mutating func network(_ index: Int, _ driver: NetworkDriver) -> Network {
    let prefix = "10.\(64 + random.below(60)).\(20 * index + random.below(20))"
    let vsid = driver == .overlay ? ", vsid: \(4096 + random.below(100))" : ""
    var subnets = ["{prefix: \(prefix).0/24, gateway: \(prefix).1\(vsid)}"]
    let hasIPv6 =
      build >= 19041 && (driver == .transparent || driver == .l2tunnel)
      || build >= 20348 && driver == .l2bridge
    let isDual = hasIPv6 && random.chance(0.4)
    if isDual { subnets.append("{prefix: 2001:db8:\(7 + index)::/64, gateway: 2001:db8:\(7 + index)::1}") }
    var members = ["subnets: [\(subnets.joined(separator: ", "))]"]
    if driver != .nat { members.append("adapter: Ethernet\(index + 1)") }
    if driver == .l2bridge, random.chance(0.4) { members.append("endpointGateway: \(prefix).2") }
    if random.chance(0.4) { members.append("dns: {servers: [10.96.0.10]}") }
    return Network(
      name: ["podnet", "second"][index], driver: driver, prefix: prefix, hasIPv6: isDual, members: members)
  }

  private mutating func workload(_ name: String, _ index: Int, _ number: Int, _ isHyperV: Bool) -> Workload {
    let network = networks[number]
    var made = Workload(name: name, network: number, isPod: random.chance(0.3), isHyperV: isHyperV)
    if random.chance(0.7) {
      made.addresses = ["\(network.prefix).\(10 + index * 7)"]
      if network.hasIPv6 { made.addresses.append("2001:db8:\(7 + number)::1\(index)") }
    }
    let canPublish =
      network.driver == .nat || build >= 17763 && (network.driver == .l2bridge || network.driver == .overlay)
    if canPublish, random.chance(0.5) {
      made.published = (0...random.below(2)).map { offset in
        "\(8000 + index * 10 + offset):\(random.one(of: Self.ports))\(random.one(of: ["", "/tcp", "/udp"]))"
      }
    }
    if network.driver.hasSwitch {
      if random.chance(0.3) {
        let exceptions = random.some(["10.244.0.0/16", "10.96.0.0/12", "10.0.0.0/8"], 0, 2)
        made.members.append("outboundNat: {exceptions: \(Self.list(exceptions))}")
      }
      if random.chance(0.2) { made.members.append("routes: [{destination: 10.96.0.0/12, encap: true}]") }
    }
    if made.isPod {
      let sidecar = random.chance(0.5) ? ", {name: sidecar, listens: [9090/tcp]}" : ""
      made.members.append("containers: [{name: app, listens: [8080/tcp]}\(sidecar)]")
    }
    guard !isHyperV || network.driver.hasSwitch else { return made }
    if random.chance(0.6) {
      made.defaults = random.one(of: [["in"], ["out"], ["in", "out"], ["in"]]).map {
        "\($0): \(random.one(of: ["allow", "block"]))"
      }
    }
    if random.chance(0.4) { made.aclSets = random.some(aclSets.map(\.name), 1, 2) }
    priorityShare = random.one(of: [0, 0, 0.5, 1])
    let count = random.one(of: network.driver.hasSwitch ? [1, 2, 4, 6, 8, 12] : [0, 1, 2, 3, 4])
    made.acls = acls(name, count, isDual: network.hasIPv6)
    if !network.driver.hasSwitch, build < 17134 {
      // Without lists, Windows Firewall can express few allows before blocks.
      made.acls.sort { !$0.isAllow && $1.isAllow }
      for index in made.acls.indices { made.acls[index].priority = nil }
    }
    return made
  }

  // MARK: ACLs

  private mutating func acls(_ prefix: String, _ count: Int, isDual: Bool) -> [ACL] {
    (0..<count).map { _ in acl(prefix, isDual: isDual) }
  }

  private mutating func acl(_ prefix: String, isDual: Bool) -> ACL {
    aclCount += 1
    var made = ACL(name: "\(prefix)-\(aclCount)", isIn: random.chance(0.66), isAllow: random.chance(0.5))
    let isOld = build < 17134
    if random.chance(0.6) {
      made.protocols = random.one(of: Self.protocolsWithPorts)
      for key in random.one(of: [
        ["localPorts"], ["localPorts"], ["remotePorts"], ["localPorts", "remotePorts"],
      ]) {
        made.lists.append((key, random.some(Self.ports + (isOld ? [] : Self.portSpans), 1, isOld ? 1 : 3)))
      }
    } else {
      made.protocols = random.one(of: Self.protocolsWithoutPorts)
    }
    if random.chance(0.65) {
      let own = workloads.flatMap(\.addresses).filter { isDual || !$0.contains(":") }
      let pool =
        Self.prefixes + addressSets.flatMap { [$0.name, $0.name] } + own + spans
        + (isDual ? Self.prefixesIPv6 : [])
      made.lists.append(("remoteAddresses", random.some(pool, 1, isOld ? 1 : 3)))
    }
    if random.chance(0.08) { made.lists.append(("localAddresses", ["10.0.0.0/8"])) }
    if random.chance(priorityShare) { made.priority = priority() }
    return made
  }

  private mutating func priority() -> Int {
    while true {
      // Before, among and after the automatic numbers.
      let priority = random.one(of: [
        1 + random.below(990), 1000 + random.below(100), 2000 + random.below(60000),
      ])
      if usedPriorities.insert(priority).inserted { return priority }
    }
  }

  // MARK: Edits

  /// Makes one to three edits like those of an operator.
  private mutating func edit() {
    for _ in 0...random.below(3) {
      let index = random.below(workloads.count)
      let acl = workloads[index].acls.isEmpty ? nil : random.below(workloads[index].acls.count)
      switch (random.below(8), acl) {
      case (0, let acl?), (1, let acl?): workloads[index].acls[acl].isAllow.toggle()
      case (2, let acl?): workloads[index].acls.remove(at: acl)
      case (3, let acl?):
        workloads[index].acls[acl].lists.removeAll { $0.key == "remoteAddresses" }
        workloads[index].acls[acl].lists.append(("remoteAddresses", random.some(Self.prefixes, 1, 2)))
      case (4, _):
        let network = networks[workloads[index].network]
        guard !workloads[index].isHyperV || network.driver.hasSwitch else { continue }
        workloads[index].acls.append(self.acl("more", isDual: false))
      case (5, _):
        workloads[index].defaults = workloads[index].defaults.map {
          $0.hasSuffix("allow")
            ? $0.replacing("allow", with: "block") : $0.replacing("block", with: "allow")
        }
      case (6, _): workloads[index].published = []
      default:
        if workloads.count > 1, random.chance(0.5) { workloads.remove(at: index) }
      }
    }
    editServices()
  }

  // MARK: Text

  private var text: String {
    var host = ["windows: \(windows)", "addresses: [\(hostAddress)]", "adapters: [Ethernet1, Ethernet2]"]
    if !assumptions.isEmpty { host.append("assumptions: {\(assumptions.joined(separator: ", "))}") }
    var lines = [
      "apiVersion: hnsctl/v1", "kind: HostProfile", "name: random", "host: {\(host.joined(separator: ", "))}",
    ]
    if !addressSets.isEmpty {
      lines.append("addressSets:")
      lines += addressSets.map { "  \($0.name): \(Self.list($0.members))" }
    }
    if !aclSets.isEmpty {
      lines.append("aclSets:")
      for set in aclSets { lines += ["  \(set.name):"] + set.acls.map { "    - \(Self.text($0))" } }
    }
    lines.append("networks:")
    lines += networks.map {
      "  - {name: \($0.name), driver: \($0.driver.rawValue), \($0.members.joined(separator: ", "))}"
    }
    for (key, isPod) in [("containers", false), ("pods", true)] {
      let some = workloads.filter { $0.isPod == isPod }
      if !some.isEmpty { lines += ["\(key):"] + some.flatMap(lines(of:)) }
    }
    if !services.isEmpty { lines += ["services:"] + services.map { "  - \($0.text)" } }
    lines += tests
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(of workload: Workload) -> [String] {
    var lines = ["  - name: \(workload.name)", "    network: \(networks[workload.network].name)"]
    if workload.isHyperV { lines.append("    isolation: hyperv") }
    if !workload.addresses.isEmpty { lines.append("    addresses: \(Self.list(workload.addresses))") }
    if !workload.published.isEmpty {
      lines.append("    publish: [\(workload.published.map { "\"\($0)\"" }.joined(separator: ", "))]")
    }
    if !workload.defaults.isEmpty {
      lines.append("    defaults: {\(workload.defaults.joined(separator: ", "))}")
    }
    if !workload.aclSets.isEmpty { lines.append("    aclSets: \(Self.list(workload.aclSets))") }
    if !workload.acls.isEmpty {
      lines += ["    acls:"] + workload.acls.map { "      - \(Self.text($0))" }
    }
    return lines + workload.members.map { "    \($0)" }
  }

  private var tests: [String] {
    guard let last = workloads.last else { return [] }
    let packet = "{from: 203.0.113.7, to: \(last.name), protocol: tcp, port: 443}"
    return ["tests:", "  - {name: outside, packet: \(packet), expect: allow}"]
  }

  private static func text(_ acl: ACL) -> String {
    var members = [
      "name: \(acl.name)", "direction: \(acl.isIn ? "in" : "out")",
      "action: \(acl.isAllow ? "allow" : "block")",
    ]
    if !acl.protocols.isEmpty { members.append("protocols: \(list(acl.protocols))") }
    members += acl.lists.map { "\($0.key): \(list($0.values))" }
    if let priority = acl.priority { members.append("priority: \(priority)") }
    return "{\(members.joined(separator: ", "))}"
  }

  private static func list(_ values: [String]) -> String { "[\(values.joined(separator: ", "))]" }

  // MARK: Values

  private static let builds: [(String, UInt32)] = [
    ("ltsc2022", 20348), ("1607", 14393), ("ltsc2019", 17763), ("1709", 16299), ("ltsc2025", 26100),
    ("1803", 17134), ("20H2", 19042), ("1703", 15063), ("26100.32690", 26100), ("23H2", 25398),
    ("1903", 18362),
  ]
  private static let assumptions = [
    "implicitDeny: never", "implicitDeny: unknown", "implicitDenyScope: endpoint", "natSource: original",
    "publishedDestination: container", "filterOrder: firewallOutside", "natAclOnServer2025: storedOnly",
  ]
  private static let prefixes = [
    "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "192.168.0.0/16", "172.16.0.0/12", "203.0.113.0/24",
    "198.51.100.0/28", "169.254.169.254", "168.63.129.16", "10.9.9.9", "0.0.0.0/1", "8.8.8.0/24",
    "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255",
  ]
  private static let prefixesIPv6 = ["2001:db8:c0::/48", "2001:db8::/32", "fd00::/8", "::1", "ff00::/8"]
  private static let spans = [
    "10.1.2.3-10.1.2.9", "10.9.0.0-10.9.255.255", "192.168.4.1-192.168.4.200", "126.0.0.0-128.0.0.9",
  ]
  private static let ports = ["22", "53", "80", "135", "443", "1433", "3389", "8080", "9090", "30080"]
  private static let portSpans = ["80-90", "1000-2000", "8000-8999", "30000-32767", "1-1023"]
  private static let protocolsWithPorts = [["tcp"], ["tcp"], ["tcp"], ["udp"], ["tcp", "udp"], ["17", "6"]]
  private static let protocolsWithoutPorts = [
    [], [], ["tcp"], ["udp"], ["icmp"], ["icmp", "igmp"], ["gre"], ["47", "50"], ["tcp", "icmp"], ["icmpv6"],
    ["1", "6", "17"], ["200"],
  ]
}

extension NetworkDriver {
  /// Whether VFP filters its endpoints.
  fileprivate var hasSwitch: Bool { self != .nat && self != .transparent }
}

extension SeededGenerator {
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &self) < share }

  /// One of some values, of which there is at least one.
  mutating func one<Value>(of values: [Value]) -> Value { values[below(values.count)] }

  /// A few of some values, each once.
  mutating func some<Value>(_ values: [Value], _ least: Int, _ most: Int) -> [Value] {
    let count = Int.random(in: least...most, using: &self)
    return Array(values.shuffled(using: &self).prefix(count))
  }
}
