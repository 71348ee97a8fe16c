import HNSEmulator
import HostModel
import NetworkTypes

/// The host configuration given by environment variables.
///
/// An empty variable counts as unset.
struct EnvironmentSettings {
  /// The host.
  let configuration: HostConfiguration
  /// After how many milliseconds a new network gets the values the service adds later.
  let managementIPDelayMilliseconds: Int

  /// Reads the variables.
  ///
  /// - Parameter variable: Returns the value of a variable, nil if unset.
  /// - Throws: ``CallFailure/invalidArgument(_:)`` with the variable, its value and the expected form.
  init(_ variable: (String) -> String?) throws(CallFailure) {
    var build = WindowsBuild.standard
    // The second of two names is the old one.
    let windows = Self.name(of: ["HNSCTL_WINDOWS", "HNSCTL_PERSONA"], variable)
    if let text = Self.text(windows, variable) {
      guard let named = WindowsBuild(text) else {
        throw Self.failure(
          windows, text, "write a Windows release or build, such as ltsc2019, 1903 or 26100.32690")
      }
      build = named
    }
    let dns = HostDNS(
      servers: try Self.addresses("HNSCTL_HOST_DNS", variable),
      suffixes: try Self.items("HNSCTL_HOST_DNS_SUFFIXES", variable))
    configuration =
      HostConfiguration(
        build: build, assumptions: try Self.assumptions(variable),
        adapters: try Self.items("HNSCTL_ADAPTERS", variable),
        addresses: try Self.addresses("HNSCTL_HOST_ADDRESSES", variable), dns: dns,
        seed: try Self.number("HNSCTL_SEED", variable, through: UInt64.max)
      ).asNode
    // A day; a longer delay is a mistake in the unit.
    let delay = Self.name(of: ["HNSCTL_MANAGEMENT_IP_DELAY", "HNSCTL_SETTLE"], variable)
    managementIPDelayMilliseconds = Int(try Self.number(delay, variable, through: 86_400_000))
  }

  /// The first name under which a variable is set, otherwise the first name.
  private static func name(of names: [String], _ variable: (String) -> String?) -> String {
    names.first { text($0, variable) != nil } ?? names[0]
  }

  private static func text(_ name: String, _ variable: (String) -> String?) -> String? {
    variable(name).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A list with commas between its items.
  private static func items(
    _ name: String, _ variable: (String) -> String?
  ) throws(CallFailure) -> [String] {
    guard let text = text(name, variable) else { return [] }
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { part throws(CallFailure) in
      let item = part.trimmingBlanks
      guard !item.isEmpty else { throw failure(name, text, "every comma must separate two items") }
      return item
    }
  }

  private static func addresses(
    _ name: String, _ variable: (String) -> String?
  ) throws(CallFailure) -> [IPAddress] {
    try items(name, variable).map { item throws(CallFailure) in
      guard let address = IPAddress(item) else {
        throw failure(name, item, "write addresses such as 192.0.2.10,2001:db8::10")
      }
      return address
    }
  }

  private static func number(
    _ name: String, _ variable: (String) -> String?, through highest: UInt64
  ) throws(CallFailure) -> UInt64 {
    guard let text = text(name, variable) else { return 0 }
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text), number <= highest
    else { throw failure(name, text, "write a whole number from 0 to \(highest)") }
    return number
  }

  private static func assumptions(_ variable: (String) -> String?) throws(CallFailure) -> Assumptions {
    let name = name(of: ["HNSCTL_ASSUMPTIONS", "HNSCTL_SWITCHES"], variable)
    var assumptions = Assumptions()
    for item in try items(name, variable) {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw failure(name, item, "write NAME=VALUE,NAME=VALUE") }
      guard let key = Assumption(name: parts[0].trimmingBlanks) else {
        let names = Assumption.allCases.map(\.name).joined(separator: ", ")
        throw failure(name, item, "the assumptions are \(names)")
      }
      let value = parts[1].trimmingBlanks
      guard key.values.contains(where: { $0.value == value }) else {
        let values = key.values.map(\.value).joined(separator: ", ")
        throw failure(name, item, "the values of \(key.name) are \(values)")
      }
      assumptions[key] = value
    }
    return assumptions
  }

  private static func failure(_ name: String, _ value: String, _ help: String) -> CallFailure {
    let shown = value.count > 60 ? value.prefix(60) + "..." : value
    return .invalidArgument("\(name) is '\(shown)'; \(help)")
  }
}
