import Diagnostics
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyCompiler
import Testing

/// The compiled ACLs are equivalent to the profile, from the text of the profile to the text of the ACLs.
@Suite struct CompileMeaningTests {
  /// The supported cells.
  static let cells = PlatformCell.all.filter { $0.isolation == .process || $0.driver.filtersWithVFP }

  @Test(arguments: cells)
  func compiledACLsMeanWhatTheProfileMeans(cell: PlatformCell) throws {
    for (offset, windows) in ProfileSource.builds.enumerated() {
      var accepted = 0
      // Without lists a profile needs many more ACLs, so fewer profiles are tried.
      let count = windows.build >= 17134 ? 80 : 40
      for index in 0..<count {
        let seed = UInt64(index) &* 0x5851_f42d_4c95_7f2d &+ UInt64(offset)
        var source = ProfileSource(seed: seed)
        let stated = source.profile(cell.driver, cell.isolation, windows)
        let title = "seed \(seed), \(cell.driver) \(cell.isolation) \(windows.name)\n\(stated.yaml)"
        let (host, diagnostics) = compileProfile(stated.yaml)
        guard let endpoint = host?.endpoints.first else {
          let codes = Set(diagnostics.filter { $0.severity == .error }.map(\.code.id))
          // Only a host without lists and ranges may run out of rules for profiles as small as these.
          var refusals: Set<String> = stated.takesLists ? [] : ["too-many-rules"]
          if !stated.takesLists, !stated.hasSwitch { refusals.insert("order-not-expressible") }
          try #require(codes.isSubset(of: refusals) && !codes.isEmpty, "\(codes)\n\(title)")
          continue
        }
        accepted += 1
        let acls = try endpoint.documents()
        if stated.ordered.isEmpty, stated.inbound == nil, stated.outbound == nil {
          try #require(acls.isEmpty, "\(title)")
          continue
        }
        try checkForm(acls, stated, title)
        try checkOrigins(acls, stated, title)
        let isPartial = diagnostics.contains { $0.code == .carriedByVFPOnly }
        try #require(!isPartial || !stated.takesLists, "\(title)")
        for direction in Direction.allCases {
          let side = ProgrammedACLs(acls, direction)
          let rules = stated.ordered.map(\.acl).filter { $0.direction == direction }
          for packet in source.packets(stated, direction) {
            let (wanted, rule) = stated.verdict(packet, direction, rules)
            guard let problem = problem(of: packet, side, wanted, stated, isPartial: isPartial) else {
              continue
            }
            Issue.record("\(problem), expected \(wanted) by \(rule)\n\(packet) \(direction)\n\(title)")
            return
          }
        }
      }
      // Some profiles may need lists and ranges on builds without them, but not most.
      #expect(accepted >= (windows.build >= 17134 ? count : count / 4), "\(windows.name): \(accepted)")
    }
  }

  /// The wrong verdict of the ACLs of one direction on a packet; nil if it is correct.
  private func problem(
    of packet: PlainPacket, _ acls: ProgrammedACLs, _ wanted: RuleAction, _ stated: StatedProfile,
    isPartial: Bool
  ) -> String? {
    if stated.hasSwitch {
      // No packet at a switch port has a number that VFP reserves.
      if packet.number == 251 || packet.number == 252 && stated.build < 19041 { return nil }
      let verdict = acls.switchVerdict(packet)
      if verdict != wanted { return "VFP: \(word(verdict))" }
    }
    guard stated.hasHost else { return nil }
    let verdict = acls.hostVerdict(packet)
    if verdict == wanted { return nil }
    // If VFP carries the rest, a block may be missing, but never an allow.
    if stated.hasSwitch, isPartial, wanted == .block { return nil }
    return "Windows Firewall: \(word(verdict))"
  }

  private func word(_ verdict: RuleAction?) -> String { verdict?.rawValue ?? "undecided" }

  /// What must be true for every document of every profile.
  private func checkForm(_ acls: [DocumentACL], _ stated: StatedProfile, _ title: String) throws {
    let order = [
      "Protocols", "LocalAddresses", "RemoteAddresses", "LocalPorts", "RemotePorts", "Priority", "Id",
      "Action", "Direction", "RuleType",
    ]
    var ids: Set<String> = []
    for acl in acls {
      let keys = acl.members.map(\.key)
      try #require(keys == order.filter(keys.contains), "\(title)")
      try #require(acl.type == "Switch" ? stated.hasSwitch : stated.hasHost, "\(title)")
      let id = try #require(acl["Id"], "\(title)")
      try #require(id.hasPrefix("hnsctl/node/") && ids.insert("\(acl.type) \(id)").inserted, "\(title)")
      try #require(Set(acl.namedFamilies).count <= 1, "\(title)")
      try #require(acl.namedFamilies.allSatisfy(stated.families.contains), "\(title)")
      let isCatchAll = ["default-in", "default-out", "published"].contains(acl.origins.first)
      switch acl.type {
      case "Host": try #require(acl.priority == (stated.takesLists ? nil : 100), "\(title)")
      default:
        let own = stated.ordered.first { $0.acl.name == acl.origins.first }?.priority
        try #require(acl.priority == (isCatchAll ? 65500 : own), "\(title)")
      }
      if !stated.takesLists {
        for key in order.prefix(5) { try #require(acl.count(key) <= 1, "\(title)") }
        let ranges = (acl.match.localPorts ?? []) + (acl.match.remotePorts ?? [])
        try #require(ranges.allSatisfy { $0.count == 1 }, "\(title)")
      }
    }
  }

  /// Every ACL that can match a packet has a compiled rule with its name, at every enforcement point.
  private func checkOrigins(_ acls: [DocumentACL], _ stated: StatedProfile, _ title: String) throws {
    for (_, acl) in stated.ordered {
      func has(_ ends: [PlainMatch.Addresses]?, _ family: AddressFamily) -> Bool {
        ends?.contains { $0.family == family } ?? true
      }
      guard stated.families.contains(where: { has(acl.match.local, $0) && has(acl.match.remote, $0) })
      else { continue }
      let named = acls.filter { $0.origins.contains(acl.name) && $0.direction == acl.direction }
      try #require(stated.hasSwitch ? named.contains { $0.type == "Switch" } : !named.isEmpty, "\(title)")
      if stated.hasHost, stated.takesLists { try #require(named.contains { $0.type == "Host" }, "\(title)") }
    }
  }
}
