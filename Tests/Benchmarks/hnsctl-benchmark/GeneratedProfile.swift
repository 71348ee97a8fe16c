/// Generated profiles: l2bridge containers with a fixed number of ACLs each, all different unless a number
/// of ACL sets is given, which the containers use in turn.
struct GeneratedProfile {
  /// What differs between ACLs.
  struct Rule {
    var isOutbound: Bool
    var isBlock: Bool
    var isUDP: Bool
    var firstPort: Int
    var octets: UInt64
  }

  var endpoints: Int
  var aclsPerEndpoint: Int
  var ruleSets: Int?
  /// The isolation of the containers; nil for the default.
  var isolation: String?

  /// The ACLs of a set.
  func rules(ofSet set: Int) -> [Rule] {
    var random = SplitMix(state: UInt64(set))
    return rules(&random)
  }

  private func rules(_ random: inout SplitMix) -> [Rule] {
    (0..<aclsPerEndpoint).map { rule in
      let first = 1_024 + Int(random.next() % 40_000)
      return Rule(
        isOutbound: rule % 4 == 3, isBlock: rule % 5 == 4, isUDP: rule % 3 == 0, firstPort: first,
        octets: random.next())
    }
  }

  /// The text of the profile.
  var text: [UInt8] {
    var text: [UInt8] = []
    func line(_ words: String) {
      text += words.utf8
      text.append(0x0a)
    }
    line("apiVersion: hnsctl/v1")
    line("kind: HostProfile")
    line("name: generated")
    line("host: {windows: ltsc2022, adapters: [Ethernet]}")
    line("networks:")
    line("  - name: podnet")
    line("    driver: l2bridge")
    line("    adapter: Ethernet")
    line("    subnets: [{prefix: 10.0.0.0/8, gateway: 10.0.0.1}]")
    // The default HNS pool of 4,096 addresses would not be enough.
    line("    macPool: {start: 00-15-5D-00-00-00, end: 00-15-5D-FF-FF-FF}")
    line("containers:")
    var random = SplitMix(state: 20_260_101)
    for index in 0..<endpoints {
      line("  - name: web-\(index)")
      line("    network: podnet")
      if let isolation { line("    isolation: \(isolation)") }
      line("    addresses: [10.\(index / 60_000 + 1).\(index / 250 % 240).\(index % 250 + 2)]")
      line("    defaults: {in: block, out: allow}")
      line("    acls:")
      let rules = ruleSets.map { self.rules(ofSet: index % $0) } ?? self.rules(&random)
      for (number, rule) in rules.enumerated() {
        let ports = rule.isOutbound ? "remotePorts" : "localPorts"
        let (first, octets) = (rule.firstPort, rule.octets)
        line("      - name: rule-\(number)")
        line("        direction: \(rule.isOutbound ? "out" : "in")")
        line("        action: \(rule.isBlock ? "block" : "allow")")
        line("        protocols: [\(rule.isUDP ? "udp" : "tcp")]")
        line(
          "        remoteAddresses: [10.\(octets & 0xff).\(octets >> 8 & 0xff).0/24, 192.168.\(octets >> 16 & 0xff).0/24]"
        )
        line("        \(ports): [\(first), \(first + 10)-\(first + 20)]")
      }
    }
    return text
  }
}

/// A small generator of reproducible numbers.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
