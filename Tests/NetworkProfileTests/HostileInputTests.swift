import Diagnostics
import NetworkProfile
import NetworkTypes
import Testing

/// Results for inputs designed to be expensive; a regression shows as a run that does not end.
@Suite("Hostile and large input")
struct HostileInputTests {
  static let network =
    "networks: [{name: p, driver: l2bridge, adapter: A, subnets: [{prefix: 10.0.0.0/16}]}]\n"

  @Test("Six thousand rules of equal priority are compared within a limit")
  func onePriority() {
    var text = Self.network + "containers:\n  - name: c\n    network: p\n    acls:\n"
    for index in 0..<6_000 {
      let action = index.isMultiple(of: 2) ? "allow" : "block"
      text +=
        "      - {name: r\(index), direction: in, action: \(action), protocols: [tcp], localPorts: [\(index + 1)], priority: 7}\n"
    }
    let found = problems(text)
    #expect(found.count == 1)
    #expect(found.first?.contains("too-many-rules: too many ACLs have the same priority") == true)
  }

  @Test("Too many rules without a priority are refused")
  func numbering() {
    let rule = "{name: N, direction: in, action: allow}"
    func profile(_ count: Int) -> String {
      Self.network + "containers:\n  - name: c\n    network: p\n    acls:\n"
        + (0..<count).map { "      - " + rule.replacing("N", with: "r\($0)") }.joined(separator: "\n")
    }
    #expect(problems(profile(Profile.rulesThatFit)) == [])
    #expect(
      problems(profile(Profile.rulesThatFit + 1)) == [
        "5:5+4 too-many-rules: the endpoint has 64002 ACLs without a priority, but at most 64001 fit"
      ])
  }

  @Test("ACL sets on many endpoints are joined within a limit")
  func joinedSets() {
    let set = (0..<5_000).map { "{name: r\($0), direction: in, action: allow}" }
    let containers = (0..<2_500).map {
      "  - {name: c\($0), network: p, aclSets: [s], acls: [{name: own, direction: in, action: allow}]}"
    }
    let text =
      Self.network + "aclSets:\n  s: [\(set.joined(separator: ", "))]\ncontainers:\n"
      + containers.joined(separator: "\n")
    let found = problems(text)
    #expect(found.count == 1)
    #expect(
      found.first?.contains("too-many-rules: the endpoints up to here have more than 1000000 ACLs") == true)
  }

  @Test("Copies of large address sets are limited")
  func addressSets() {
    let set = (0..<20_000).map { "10.\($0 >> 8 & 255).\($0 & 255).1" }.joined(separator: ", ")
    let acls = (0..<1_000).map {
      "    - {name: r\($0), direction: in, action: allow, remoteAddresses: [big, 192.168.0.1]}"
    }
    let found = problems("addressSets: {big: [\(set)]}\naclSets:\n  s:\n" + acls.joined(separator: "\n"))
    #expect(found.count == 1)
    #expect(found.first?.contains("too-many-addresses") == true)
  }

  @Test("A thousand problems are kept and the rest are counted")
  func manyProblems() {
    let lines = (0..<5_000).map { "  - {name: n\($0), network: nowhere}" }.joined(separator: "\n")
    let (profile, diagnostics) = load(header + "containers:\n" + lines)
    #expect(profile == nil)
    #expect(diagnostics.count == DiagnosticCollector.limit + 1)
    #expect(diagnostics.last?.message == "4000 more problems are not shown")
  }

  @Test("Any truncation or changed byte of a profile results in a profile or an error")
  func mutations() {
    let text = Array(exampleText.utf8)
    var generator = SeededGenerator(seed: 7)
    for cut in stride(from: 0, to: text.count, by: 3) {
      _ = load(String(decoding: text.prefix(cut), as: UTF8.self))
    }
    for _ in 0..<2_000 {
      var changed = text
      for _ in 0...(generator.next() % 3) {
        changed[Int(generator.next() % UInt64(text.count))] = text[Int(generator.next() % UInt64(text.count))]
      }
      let (profile, diagnostics) = Profile.load(bytes: changed, file: "p.yaml")
      #expect((profile == nil) == diagnostics.contains { $0.severity == .error })
    }
  }
}

struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
