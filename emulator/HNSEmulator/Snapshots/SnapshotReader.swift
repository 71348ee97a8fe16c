import HostModel
package import JSONText
import NetworkTypes

/// Reads the members of one object of a snapshot, strictly: unknown, missing and ill-typed members are errors
/// with the path of the member.
package struct SnapshotReader {
  /// The path of the object in the document; empty for the document itself.
  package let path: String
  /// The object.
  package var object: JSONObject

  /// Creates a reader of a value, which must be an object.
  ///
  /// - Parameters:
  ///   - json: The value; nil if it is absent.
  ///   - path: Its path in the document.
  /// - Throws: ``SnapshotError`` if it is absent or not an object.
  package init(_ json: JSON?, _ path: String) throws(SnapshotError) {
    guard let object = json?.object else {
      throw SnapshotError(
        path: path, reason: json.map { "must be an object, not \($0.kind)" } ?? "is missing")
    }
    self.path = path
    self.object = object
  }

  /// Refuses members other than the given ones.
  package func allow(_ keys: Set<String>) throws(SnapshotError) {
    for member in object.members where !keys.contains(member.key) {
      throw SnapshotError(path: path(of: member.key), reason: "is an unknown member")
    }
  }

  /// The path of a member.
  package func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The error for a member.
  package func failure(_ key: String, _ reason: String) -> SnapshotError {
    SnapshotError(path: path(of: key), reason: reason)
  }

  /// A whole number within a range.
  package func integer(_ key: String, _ range: ClosedRange<Int64>) throws(SnapshotError) -> Int64 {
    guard let number = object[key]?.integer, range.contains(number) else {
      throw failure(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A string.
  package func text(_ key: String) throws(SnapshotError) -> String {
    guard let text = object[key]?.string else { throw failure(key, "must be a string") }
    return text
  }

  func list(_ key: String) throws(SnapshotError) -> [JSON] {
    guard let list = object[key]?.array else { throw failure(key, "must be an array") }
    return list
  }

  func texts(_ key: String) throws(SnapshotError) -> [String] {
    var result: [String] = []
    for (index, element) in try list(key).enumerated() {
      guard let text = element.string else { throw failure("\(key)[\(index)]", "must be a string") }
      result.append(text)
    }
    return result
  }

  /// A Boolean.
  package func flag(_ key: String) throws(SnapshotError) -> Bool {
    guard let flag = object[key]?.bool else { throw failure(key, "must be true or false") }
    return flag
  }

  /// A Boolean that is present only if it is not the default.
  func flag(_ key: String, default value: Bool) throws(SnapshotError) -> Bool {
    guard object[key] != nil else { return value }
    guard try flag(key) != value else { throw failure(key, "must be omitted if \(value)") }
    return !value
  }

  /// An object that is present only if it is not empty.
  func object(ifPresent key: String) throws(SnapshotError) -> JSONObject {
    guard object[key] != nil else { return JSONObject() }
    return try SnapshotReader(object[key], path(of: key)).object
  }

  /// The version of the format; a higher one than the limit is reported as newer.
  package func format(upTo current: Int64) throws(SnapshotError) -> Int64 {
    let format = try integer("formatVersion", 1...Int64.max)
    guard format <= current else {
      throw Self.newerFormat(format, than: current, at: path(of: "formatVersion"))
    }
    return format
  }

  /// The error for a format newer than this program's.
  package static func newerFormat(_ format: Int64, than current: Int64, at path: String) -> SnapshotError {
    SnapshotError(
      path: path, reason: "is \(format), but this program reads formats up to \(current)",
      newerFormat: format)
  }
}

extension HostConfiguration {
  /// The configuration in a snapshot; assumptions are listed only if they differ from their default, DNS
  /// settings and ports of the host only if there are any.
  var snapshot: JSON {
    var object = JSONObject()
    object.append("build", .integer(Int64(build.build)))
    object.append("revision", build.revision.map { .integer(Int64($0)) })
    object.append(
      "assumptions",
      .object(
        JSONObject(assumptions.changed.map { JSONObject.Member($0.key.name, .string($0.value)) })))
    object.append("adapters", .strings(adapters))
    object.append("addresses", .strings(addresses.map(\.description)))
    if !dns.isEmpty {
      object.append(
        "dns",
        ["servers": .strings(dns.servers.map(\.description)), "suffixes": .strings(dns.suffixes)])
    }
    for (key, ports) in [("listens", listens), ("excludedPorts", excludedPorts)] where !ports.isEmpty {
      object.append(key, .strings(ports.map(\.description)))
    }
    object.append("firewall", firewall?.snapshot)
    object.append("seed", Int64(exactly: seed).map { .integer($0) } ?? .number("\(seed)"))
    if startsContainers { object.append("startsContainers", true) }
    if !gaps.isEmpty { object.append("gaps", gaps.snapshot) }
    return .object(object)
  }

  init(snapshot reader: SnapshotReader) throws(SnapshotError) {
    try reader.allow([
      "build", "revision", "assumptions", "adapters", "addresses", "dns", "listens", "excludedPorts",
      "firewall", "seed", "startsContainers", "gaps",
    ])
    let build = try Int(reader.integer("build", 1...999_999))
    let revision = reader.object["revision"] == nil ? nil : try Int(reader.integer("revision", 0...999_999))
    var assumptions = Assumptions()
    let chosen = try SnapshotReader(reader.object["assumptions"], reader.path(of: "assumptions"))
    for member in chosen.object.members {
      guard let key = Assumption(name: member.key) else {
        throw chosen.failure(member.key, "is not an assumption")
      }
      guard let value = member.value.string, key.values.contains(where: { $0.value == value }) else {
        throw chosen.failure(member.key, "is not a value of this assumption")
      }
      assumptions[key] = value
    }
    var dns = HostDNS()
    if reader.object["dns"] != nil {
      let settings = try SnapshotReader(reader.object["dns"], reader.path(of: "dns"))
      try settings.allow(["servers", "suffixes"])
      dns = HostDNS(
        servers: try settings.addresses("servers"), suffixes: try settings.texts("suffixes"))
    }
    var firewall: CapturedFirewall?
    if reader.object["firewall"] != nil {
      firewall = try CapturedFirewall(
        snapshot: SnapshotReader(reader.object["firewall"], reader.path(of: "firewall")))
    }
    let seed: UInt64? =
      switch reader.object["seed"] {
      case .integer(let number): UInt64(exactly: number)
      case .number(let literal): UInt64(literal)
      default: nil
      }
    guard let seed else { throw reader.failure("seed", "must be an unsigned 64-bit integer") }
    self.init(
      build: WindowsBuild(build: build, revision: revision), assumptions: assumptions,
      adapters: try reader.texts("adapters"), addresses: try reader.addresses("addresses"), dns: dns,
      listens: try reader.hostPorts("listens"), excludedPorts: try reader.hostPorts("excludedPorts"),
      firewall: firewall, gaps: try HostGaps(snapshot: reader), seed: seed,
      startsContainers: try reader.flag("startsContainers", default: false))
  }
}

extension SnapshotReader {
  /// A list of addresses.
  fileprivate func addresses(_ key: String) throws(SnapshotError) -> [IPAddress] {
    try elements(key, { IPAddress($0) }, "an address")
  }

  /// A list of ports of the host; empty if it is absent.
  fileprivate func hostPorts(_ key: String) throws(SnapshotError) -> [HostPorts] {
    object[key] == nil ? [] : try elements(key, { HostPorts($0) }, "a port such as tcp/445")
  }

  private func elements<Element>(
    _ key: String, _ read: (String) -> Element?, _ kind: String
  ) throws(SnapshotError) -> [Element] {
    var result: [Element] = []
    for (index, text) in try texts(key).enumerated() {
      guard let element = read(text) else {
        throw failure("\(key)[\(index)]", "'\(text)' is not \(kind)")
      }
      result.append(element)
    }
    return result
  }
}
