import Foundation
import HostModel
import NetworkProfile
import NetworkTypes
import PolicyTesting
import Testing

/// The tests of the shipped profiles detect every mutation of their rules.
@Suite struct MutationTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("profiles")

  static let shipped: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  static func profile(_ name: String) throws -> Profile {
    try checkedProfile(try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
  }

  /// A profile with one mutation.
  struct Mutant {
    var title: String
    var profile: Profile
  }

  /// The result of a profile's tests.
  enum Finding: Equatable {
    case passes
    case fails
    /// The profile is refused, so no test can run.
    case refused
  }

  static func finding(_ profile: Profile) -> Finding {
    guard let subject = testSubject(profile) else { return .refused }
    // Single packets first: they are quick, and one failure is enough.
    for test in profile.tests.filter(\.isPacket) + profile.tests.filter({ !$0.isPacket }) {
      var runner = TestRunner([test], of: subject)
      var (outcomes, problems) = runner.run()
      if problems.contains(where: \.isUnknownRule) {
        // The rule that the test pins was removed, so the expectation must be removed too.
        var withoutRules = TestRunner([test.withoutRule], of: subject)
        (outcomes, problems) = withoutRules.run()
      }
      if !problems.isEmpty || outcomes.contains(where: { !$0.isPassed }) { return .fails }
    }
    return .passes
  }

  @Test func thereAreProfiles() { #expect(Self.shipped.count >= 15) }

  @Test(arguments: shipped) func passesUnchanged(name: String) throws {
    let profile = try Self.profile(name)
    #expect(!profile.tests.isEmpty)
    #expect(Self.finding(profile) == .passes)
  }

  @Test(arguments: shipped) func everyMutationIsDetected(name: String) throws {
    let profile = try Self.profile(name)
    let mutants = Self.mutants(of: profile)
    let hasRules =
      !profile.aclSets.isEmpty
      || profile.endpoints.contains { !$0.acls.isEmpty || $0.defaults != nil || !$0.publish.isEmpty }
    #expect(mutants.isEmpty != hasRules)
    for mutant in mutants {
      #expect(Self.finding(mutant.profile) == .fails, "\(name): not detected: \(mutant.title)")
    }
  }

  // MARK: Mutants

  static func mutants(of profile: Profile) -> [Mutant] {
    var mutants: [Mutant] = []
    for (set, declaration) in profile.aclSets.enumerated() {
      for (index, acl) in declaration.acls.enumerated() {
        for (title, changed) in changes(acl) {
          var copy = profile
          if let changed {
            copy.aclSets[set].acls[index] = changed
          } else {
            copy.aclSets[set].acls.remove(at: index)
          }
          mutants.append(
            Mutant(title: "\(declaration.name.value)/\(acl.name.value): \(title)", profile: copy))
        }
      }
    }
    for (endpoint, declaration) in profile.endpoints.enumerated() {
      let name = declaration.name.value
      for (index, acl) in declaration.acls.enumerated() {
        for (title, changed) in changes(acl) {
          var copy = profile
          if let changed {
            copy.endpoints[endpoint].acls[index] = changed
          } else {
            copy.endpoints[endpoint].acls.remove(at: index)
          }
          mutants.append(Mutant(title: "\(name)/\(acl.name.value): \(title)", profile: copy))
        }
      }
      for path in [\DefaultsDeclaration.inbound, \DefaultsDeclaration.outbound] {
        guard let stated = declaration.defaults?[keyPath: path] else { continue }
        var copy = profile
        copy.endpoints[endpoint].defaults?[keyPath: path]?.value = stated.value == .allow ? .block : .allow
        mutants.append(Mutant(title: "\(name): the other default for \(path)", profile: copy))
        // Stating the platform's own default has no effect.
        guard stated.value == .block else { continue }
        copy.endpoints[endpoint].defaults?[keyPath: path] = nil
        mutants.append(Mutant(title: "\(name): no default for \(path)", profile: copy))
      }
      for index in declaration.publish.indices {
        var copy = profile
        copy.endpoints[endpoint].publish.remove(at: index)
        mutants.append(Mutant(title: "\(name): port \(index) is not published", profile: copy))
      }
    }
    return mutants
  }

  /// An ACL with one change; nil means that it is removed.
  static func changes(_ acl: ACLDeclaration) -> [(String, ACLDeclaration?)] {
    var changes: [(String, ACLDeclaration?)] = [("deleted", nil)]
    func change(_ title: String, _ body: (inout ACLDeclaration) -> Void) {
      var copy = acl
      body(&copy)
      changes.append((title, copy))
    }
    change("the other action") { $0.action = acl.action == .allow ? .block : .allow }
    change("the other direction") { $0.direction = acl.direction == .in ? .out : .in }
    protocols(acl, change)
    for path in [\RuleMatch.localPorts, \RuleMatch.remotePorts] { ports(acl, path, change) }
    for path in [\RuleMatch.localAddresses, \RuleMatch.remoteAddresses] { addresses(acl, path, change) }
    return changes
  }

  private static func protocols(
    _ acl: ACLDeclaration, _ change: (String, (inout ACLDeclaration) -> Void) -> Void
  ) {
    guard let protocols = acl.match.protocols else { return }
    let hasPorts = acl.match.localPorts != nil || acl.match.remotePorts != nil
    if !hasPorts {
      change("any protocol") { $0.match.protocols = nil }
    } else if protocols != .withPorts {
      change("both protocols with ports") { $0.match.protocols = .withPorts }
    }
    for number in protocols.protocols {
      let without = protocols.subtracting(ProtocolSet([number]))
      let other: IPProtocol = number == .udp ? .tcp : .udp
      change("without \(number)") { $0.match.protocols = without.isEmpty ? ProtocolSet([other]) : without }
    }
  }

  private static func ports(
    _ acl: ACLDeclaration, _ path: WritableKeyPath<RuleMatch, PortSet?>,
    _ change: (String, (inout ACLDeclaration) -> Void) -> Void
  ) {
    guard let ports = acl.match[keyPath: path] else {
      guard acl.match.protocols?.isSubset(of: .withPorts) ?? false else { return }
      for half in [PortSet(0, 0x7fff), PortSet(0x8000, 0xffff)] {
        change("\(path) half") { $0.match[keyPath: path] = half }
      }
      return
    }
    change("\(path) any") { $0.match[keyPath: path] = nil }
    for range in ports.ranges {
      let gone = PortSet([range])
      let without = ports.subtracting(gone)
      let shifted = PortSet(range.lower + 1, range.upper + 1)
      change("\(path) without \(range)") { $0.match[keyPath: path] = without.isEmpty ? shifted : without }
      change("\(path) with a port more") { $0.match[keyPath: path] = ports.union(shifted) }
    }
  }

  private static func addresses(
    _ acl: ACLDeclaration, _ path: WritableKeyPath<RuleMatch, AddressSet?>,
    _ change: (String, (inout ACLDeclaration) -> Void) -> Void
  ) {
    guard let addresses = acl.match[keyPath: path] else {
      guard path == \RuleMatch.remoteAddresses else { return }
      let low = AddressSet(ipv4: .init(0, .max / 2), ipv6: .init(0, .max / 2))
      change("\(path) lower half") { $0.match[keyPath: path] = low }
      change("\(path) upper half") { $0.match[keyPath: path] = AddressSet.all.subtracting(low) }
      return
    }
    change("\(path) any") { $0.match[keyPath: path] = nil }
    for range in addresses.ranges {
      let without = addresses.subtracting(AddressSet([range]))
      let (next, _) = range.upper.addingReportingOverflow(1)
      let beyond = AddressSet([AddressRange(IPAddress(range.family, next))])
      change("\(path) without \(range)") { $0.match[keyPath: path] = without.isEmpty ? beyond : without }
      change("\(path) with an address more") { $0.match[keyPath: path] = addresses.union(beyond) }
    }
  }
}

extension TestDeclaration {
  fileprivate var isPacket: Bool { if case .packet = claim { true } else { false } }

  fileprivate var withoutRule: TestDeclaration {
    guard case .packet(var packet) = claim else { return self }
    packet.rule = nil
    var copy = self
    copy.claim = .packet(packet)
    return copy
  }
}

extension TestProblem {
  fileprivate var isUnknownRule: Bool { if case .unknownRule = kind { true } else { false } }
}
