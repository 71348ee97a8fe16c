import Diagnostics
import HostModel
import JSONText
import NetworkProfile
import Testing

@Suite("The JSON Schema agrees with the decoder")
struct SchemaTests {
  /// A profile with `@` in place of the mapping of a definition, to be replaced by mappings with one key.
  static let frames: [(definition: String, frame: String)] = [
    ("profile", "@"),
    ("host", "host: @"),
    ("network", "networks: [@]"),
    ("subnet", "networks: [{subnets: [@]}]"),
    ("macPool", "networks: [{macPool: @}]"),
    ("dns", "networks: [{dns: @}]"),
    ("acl", "aclSets: {s: [@]}"),
    ("container", "containers: [@]"),
    ("attachment", "containers: [{networks: [@]}]"),
    ("pod", "pods: [@]"),
    ("podContainer", "pods: [{containers: [@]}]"),
    ("defaults", "containers: [{defaults: @}]"),
    ("outboundNat", "containers: [{outboundNat: @}]"),
    ("route", "containers: [{routes: [@]}]"),
    ("policy", "containers: [{policies: [@]}]"),
    ("service", "services: [@]"),
    ("servicePort", "services: [{ports: [@]}]"),
    ("backend", "services: [{backends: [@]}]"),
    ("test", "tests: [@]"),
    ("packet", "tests: [{packet: @}]"),
    ("packetSet", "tests: [{always: @}]"),
    ("via", "tests: [{packet: {}, via: @}]"),
  ]

  private func codes(_ frame: String, _ mapping: String) -> [String] {
    let text = frame == "@" ? mapping : header + frame.replacing("@", with: "{\(mapping)}")
    return load(text).1.filter { $0.code.id == "unknown-key" }.map(\.message)
  }

  @Test("Every definition has a frame")
  func definitions() throws {
    let names = try #require(ProfileSchema.document["$defs"]?.object).members.map(\.key)
    #expect(Set(names) == Set(Self.frames.map(\.definition) + ["policyTests"]))
  }

  @Test("The decoder accepts every key of the schema, and no others", arguments: frames)
  func keys(definition: String, frame: String) throws {
    let schema = try #require(ProfileSchema.document["$defs"]?[definition])
    #expect(schema["additionalProperties"] == false)
    let keys = try #require(schema["properties"]?.object).members.map(\.key)
    let everyKey = Set(
      try #require(ProfileSchema.document["$defs"]?.object).members.flatMap { member in
        member.value["properties"]?.object?.members.map(\.key) ?? []
      })
    for key in everyKey.sorted() {
      let isKnown = codes(frame, "\(key): {}").allSatisfy { !$0.contains("no key '\(key)'") }
      #expect(isKnown == keys.contains(key), "\(definition) and \(key)")
    }
  }

  @Test("The decoder requires every required key of the schema, and no others", arguments: frames)
  func required(definition: String, frame: String) throws {
    let schema = try #require(ProfileSchema.document["$defs"]?[definition])
    let required = schema["required"]?.array?.compactMap(\.string) ?? []
    let text = frame == "@" ? "unknown: 1" : header + frame.replacing("@", with: "{unknown: 1}")
    let owner = load(text).1.first { $0.message.contains("no key 'unknown'") }?.message.split(
      separator: " has "
    ).first
    let missing = load(text).1.filter {
      $0.code.id == "missing-key" && $0.message.hasPrefix("\(owner ?? "") needs the key ")
    }
    .compactMap { $0.message.split(separator: "'").dropFirst().first.map(String.init) }
    // The schema does not express which containers and pods need a network, and which networks need what.
    #expect(Set(missing).subtracting(["network"]) == Set(required))
  }

  @Test("Every enumeration of the schema equals that of the decoder")
  func enumerations() {
    func values(_ definition: String, _ key: String) -> [String]? {
      ProfileSchema.document["$defs"]?[definition]?["properties"]?[key]?["enum"]?.array?.compactMap(\.string)
    }
    #expect(values("network", "driver") == NetworkDriver.allCases.map(\.rawValue))
    #expect(values("container", "isolation") == Isolation.allCases.map(\.rawValue))
    #expect(values("network", "ipam") == AddressManagement.allCases.map(\.rawValue))
    #expect(values("service", "sessionAffinity") == SessionAffinity.allCases.map(\.rawValue))
    #expect(values("acl", "action") == RuleAction.allCases.map(\.rawValue))
    #expect(values("acl", "direction") == ["in", "out"])
    for type in values("policy", "type") ?? [] {
      let codes = problems("containers: [{name: c, network: n, policies: [{type: \(type)}]}]")
      #expect(!codes.contains { $0.contains("unknown-policy") }, "\(type)")
    }
    let assumptions =
      ProfileSchema.document["$defs"]?["host"]?["properties"]?["assumptions"]?["properties"]?.object?.members
      ?? []
    #expect(assumptions.map(\.key) == Assumption.allCases.map(\.name))
    for member in assumptions {
      for value in member.value["enum"]?.array?.compactMap(\.string) ?? [] {
        #expect(problems("host: {assumptions: {\(member.key): \(value)}}") == [])
      }
    }
  }

  @Test("References resolve, and the document is stable")
  func references() throws {
    let names = try #require(ProfileSchema.document["$defs"]?.object).members.map(\.key)
    func walk(_ value: JSON) {
      for element in value.array ?? [] { walk(element) }
      for member in value.object?.members ?? [] {
        if member.key == "$ref", let target = member.value.string {
          #expect(names.contains(String(target.dropFirst("#/$defs/".count))))
        }
        walk(member.value)
      }
    }
    walk(ProfileSchema.document)
    #expect(ProfileSchema.document.text(.pretty) == ProfileSchema.document.text(.pretty))
    #expect(try JSON(parsing: ProfileSchema.document.text()) == ProfileSchema.document)
  }
}
