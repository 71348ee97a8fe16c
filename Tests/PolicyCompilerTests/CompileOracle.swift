import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler

/// An ACL of the test: its bounds for the oracle, and its text for the profile.
struct StatedACL {
  var name: String
  var direction: Direction
  var action: RuleAction
  var match = PlainMatch()
  var localWords: [String] = []
  var remoteWords: [String] = []
  var priority: Int?

  /// The ACL in a profile.
  var yaml: String {
    var text = "{name: \(name), direction: \(direction == .in ? "in" : "out"), action: \(action.rawValue)"
    func list(_ key: String, _ entries: [String]?) {
      guard let entries else { return }
      text += ", \(key): [\(entries.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }
    func ports(_ ranges: [ClosedRange<UInt16>]?) -> [String]? {
      ranges?.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    }
    list("protocols", match.protocols?.map { "\($0.lowerBound)" })
    list("localAddresses", match.local == nil ? nil : localWords)
    list("remoteAddresses", match.remote == nil ? nil : remoteWords)
    list("localPorts", ports(match.localPorts))
    list("remotePorts", ports(match.remotePorts))
    if let priority { text += ", priority: \(priority)" }
    return text + "}"
  }
}

/// A profile of the test, with one endpoint.
struct StatedProfile {
  var windows = "ltsc2022"
  var build = 20348
  var driver = NetworkDriver.l2bridge
  var isolation = Isolation.process
  var addressSets: [(name: String, words: [String])] = []
  var aclSets: [[StatedACL]] = []
  var acls: [StatedACL] = []
  var inbound: RuleAction?
  var outbound: RuleAction?
  var published: [(external: Int, internal: UInt16, number: UInt8)] = []

  /// The text of the profile.
  var yaml: String {
    var text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: node
      host: {windows: "\(windows)", adapters: [Ethernet]}

      """
    if !addressSets.isEmpty { text += "addressSets:\n" }
    for (name, words) in addressSets {
      text += "  \(name): [\(words.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
    }
    if !aclSets.isEmpty { text += "aclSets:\n" }
    for (index, acls) in aclSets.enumerated() {
      text += "  set-\(index):\n"
      for acl in acls { text += "    - \(acl.yaml)\n" }
    }
    let vsid = driver == .overlay ? ", vsid: 4096" : ""
    let adapter = driver == .nat ? "" : ", adapter: Ethernet"
    text += """
      networks:
        - {name: net, driver: \(driver.rawValue)\(adapter), subnets: [{prefix: 10.1.0.0/16, gateway: 10.1.0.1\(vsid)}]}
      containers:
        - name: web
          network: net
          isolation: \(isolation.rawValue)

      """
    if inbound != nil || outbound != nil {
      let stated = [inbound.map { "in: \($0.rawValue)" }, outbound.map { "out: \($0.rawValue)" }]
      text += "    defaults: {\(stated.compactMap { $0 }.joined(separator: ", "))}\n"
    }
    if !published.isEmpty {
      let ports = published.map { "\"\($0.external):\($0.internal)/\($0.number == 6 ? "tcp" : "udp")\"" }
      text += "    publish: [\(ports.joined(separator: ", "))]\n"
    }
    if !aclSets.isEmpty {
      text += "    aclSets: [\(aclSets.indices.map { "set-\($0)" }.joined(separator: ", "))]\n"
    }
    if !acls.isEmpty { text += "    acls:\n" }
    for acl in acls { text += "      - \(acl.yaml)\n" }
    return text
  }

  /// The families to which the endpoint's ACLs apply (reference: windows-firewall-and-vfp, 5 and 9).
  var families: [AddressFamily] {
    switch driver {
    case .nat, .overlay, .transparent: [.ipv4]
    case .l2bridge: build >= 20348 ? [.ipv4, .ipv6] : [.ipv4]
    case .l2tunnel: [.ipv4, .ipv6]
    }
  }

  var hasSwitch: Bool { driver != .nat && driver != .transparent }
  var hasHost: Bool { isolation == .process }
  var takesLists: Bool { build >= 17134 }

  /// The rules in the order of evaluation, with their priorities.
  var ordered: [(priority: Int, acl: StatedACL)] {
    var next = 1000
    var result: [(priority: Int, acl: StatedACL)] = []
    for acl in acls + aclSets.flatMap({ $0 }) {
      var priority = next
      if let stated = acl.priority { priority = stated } else { next += 10 }
      let index = result.firstIndex { $0.priority > priority } ?? result.count
      result.insert((priority, acl), at: index)
    }
    return result
  }

  /// The verdict of the profile on a packet, and the name of the matched ACL or default.
  ///
  /// - Parameters:
  ///   - packet: The packet as the endpoint sees it.
  ///   - direction: Its direction.
  ///   - rules: The rules of that direction in the order of evaluation.
  func verdict(
    _ packet: PlainPacket, _ direction: Direction, _ rules: [StatedACL]
  ) -> (RuleAction, String) {
    for acl in rules where acl.match.matches(packet) {
      return (acl.action, acl.name)
    }
    if direction == .out { return (outbound ?? .allow, "default-out") }
    if let inbound { return (inbound, "default-in") }
    for port in published where port.number == packet.number && port.internal == packet.localPort {
      return (.allow, "published")
    }
    if isolation == .hyperv { return (.allow, "default-in") }
    // Since version 1709: ICMP, IGMP, TCP, UDP and ICMPv6; before it nothing.
    let admitted: [UInt8] = build < 16299 ? [] : [1, 2, 6, 17, 58]
    return (admitted.contains(packet.number) ? .allow : .block, "default-in")
  }
}

/// Compiles the text of a profile; diagnostics of the loader come first.
func compileProfile(_ yaml: String) -> (host: DesiredHost?, diagnostics: [Diagnostic]) {
  let (profile, problems) = Profile.load(bytes: Array(yaml.utf8), file: "p.yaml")
  guard let profile else { return (nil, problems) }
  let (host, more) = ProfileCompiler.compile(profile, file: "p.yaml")
  return (host, problems + more)
}
