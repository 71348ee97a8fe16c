import HostModel
import JSONText
import NetworkTypes

/// Parses and validates the policies of a document for one host and driver.
struct PolicyReader {
  let configuration: HostConfiguration
  let driver: NetworkDriver
  let table: PolicyTable
  let gates: ACLGates

  init(configuration: HostConfiguration, driver: NetworkDriver, table: PolicyTable) {
    self.configuration = configuration
    self.driver = driver
    self.table = table
    gates = ACLGates(configuration)
  }

  /// Parses a list of policies; an empty element is skipped.
  ///
  /// - Throws: ``HCNErrorCode/invalidPolicyType`` for a type the host does not support,
  ///   ``HCNErrorCode/invalidPolicy`` for invalid settings, and the codes of port mappings.
  func policies(_ elements: [JSON]) throws(HCNError) -> [Policy] {
    var result: [Policy] = []
    for element in elements {
      if let policy = try policy(of: element) { result.append(policy) }
    }
    try checkParameters(result)
    return result
  }

  /// Refuses a list with more than one InterfaceParameters policy.
  func checkParameters(_ policies: [Policy]) throws(HCNError) {
    if policies.count(where: { $0.type == .interfaceParameters }) > 1 {
      throw HCNError(.interfaceParametersAlreadyApplied)
    }
  }

  /// Reads a policy; nil for an element without members.
  func policy(of element: JSON) throws(HCNError) -> Policy? {
    let reader = try DocumentReader(element, .invalidPolicy)
    return reader.object.members.isEmpty ? nil : try policy(reader)
  }

  private func policy(_ reader: DocumentReader) throws(HCNError) -> Policy {
    let schema = try schema(reader.value("Type") ?? .integer(0))
    guard schema.isKnown(to: configuration.build) else {
      throw HCNError(
        .invalidPolicyType,
        detail: "policies of type \(schema.name) do not exist on HNS \(configuration.version)")
    }
    let settings = try reader.child("Settings")?.object ?? JSONObject()
    try check(settings, against: schema)
    switch schema.type {
    case .acl, .networkACL:
      try Self.checkMembers(settings)
      let echoed = Self.arranged(settings)
      return Policy(type: schema.type, settings: echoed, acl: try acl(echoed))
    case .portMapping:
      let mapping = try mapping(settings)
      let echoed = Self.echoed(settings, schema.members)
      return Policy(type: schema.type, settings: Self.numbered(echoed, mapping), mapping: mapping)
    case .outboundNAT:
      if settings["ExceptionList"] != nil, configuration.build.build >= 20348 {
        throw HCNError(
          .invalidPolicy, detail: "OutBoundNAT has the member 'ExceptionList'; use 'Exceptions'")
      }
    default: break
    }
    return Policy(type: schema.type, settings: .object(Self.echoed(settings, schema.members)))
  }

  private func schema(_ type: JSON) throws(HCNError) -> PolicySchema {
    let match: PolicySchema? =
      switch type {
      case .string(let name): table[name]
      case .integer(let number): table[number]
      default: nil
      }
    guard let match else {
      throw HCNError(.invalidPolicyType, detail: "policy type \(type.text()) is not valid here")
    }
    return match
  }

  private func check(_ settings: JSONObject, against schema: PolicySchema) throws(HCNError) {
    for member in schema.members {
      guard let value = settings[member.name], value != .null else {
        guard member.requirement != .always else {
          throw HCNError(.invalidPolicy, detail: "\(schema.name) lacks '\(member.name)'")
        }
        continue
      }
      if let shape = member.checkedShape, !Self.fits(value, shape) {
        throw HCNError(
          .invalidPolicy, detail: "\(schema.name): \(value.text()) is not valid for '\(member.name)'"
        )
      }
    }
  }

  private static func fits(_ value: JSON, _ shape: PolicySchema.Shape) -> Bool {
    switch shape {
    case .text: value.string != nil
    case .boolean: value.bool != nil
    case .number(let limit): UInt64(value.text()).map { $0 <= limit } ?? false
    case .list(let element): value.array?.allSatisfy { fits($0, element) } ?? false
    case .object(let members): value.object.map { fits($0, members) } ?? false
    case .enumeration(let words):
      value.string.map { text in words.contains { $0.lowercased() == text.lowercased() } }
        ?? value.integer.map { (0..<Int64(words.count)).contains($0) } ?? false
    case .address: value.string.map { $0.isEmpty || IPAddress($0) != nil } ?? false
    case .prefix: value.string.map { isPrefix($0) } ?? false
    case .addressOrPrefix: value.string.map { AddressRange(listed: $0) != nil } ?? false
    case .mac: value.string.map { MACAddress($0) != nil } ?? false
    case .identifier: value.string.map { GUID($0) != nil } ?? false
    }
  }

  private static func fits(_ object: JSONObject, _ members: [PolicySchema.Member]) -> Bool {
    members.allSatisfy { member in
      guard let value = object[member.name], value != .null else { return member.requirement != .always }
      return member.checkedShape.map { fits(value, $0) } ?? true
    }
  }

  /// Prefixes of routes may have host bits set (reference: hns, 6.9).
  private static func isPrefix(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    switch AddressText(parsing: bytes.span) {
    case .prefix, .hostBitsSet: return true
    default: return false
    }
  }

  // MARK: Port mappings

  private func mapping(_ settings: JSONObject) throws(HCNError) -> PortMapping {
    guard driver.mapsPorts else {
      throw HCNError(
        .mappingNotSupported, detail: "networks of type \(driver.documentName) do not support port mappings")
    }
    let reader = try DocumentReader(.object(settings), .invalidPolicy)
    let number: Int64? =
      switch settings["Protocol"] {
      case .integer(let number): number
      case .string(let text):
        ["tcp": 6, "udp": 17][text.lowercased()]
      default: nil
      }
    guard let number, number == 6 || number == 17 else {
      throw HCNError(.invalidPolicy, detail: "the protocol of a port mapping must be 6 or 17")
    }
    guard let internalPort = try reader.integer("InternalPort", upTo: 65535), internalPort != 0 else {
      throw HCNError(.invalidInternalPort)
    }
    return PortMapping(
      protocol: IPProtocol(UInt8(number)), internalPort: UInt16(internalPort),
      externalPort: UInt16(try reader.integer("ExternalPort", upTo: 65535) ?? 0),
      vip: try reader.address("VIP"), flags: try reader.word("Flags") ?? 0)
  }

  /// The settings with the protocol as a number, which is what clients decode (reference: hns, 0 rule 12),
  /// and with the assigned external port of a mapping after the internal one.
  static func numbered(_ settings: JSONObject, _ mapping: PortMapping) -> JSON {
    var settings = settings
    settings["Protocol"] = .integer(Int64(mapping.protocol.number))
    guard mapping.externalPort != 0 else { return .object(settings) }
    let port = JSON.integer(Int64(mapping.externalPort))
    if settings["ExternalPort"] == nil,
      let position = settings.members.firstIndex(where: { $0.key == "InternalPort" })
    {
      settings.members.insert(.init("ExternalPort", port), at: position + 1)
    } else {
      settings["ExternalPort"] = port
    }
    return .object(settings)
  }
}
