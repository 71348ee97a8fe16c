import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// The host's Windows version in a message; says so if it is assumed.
  var hostTitle: String {
    host.windowsLocation == nil
      ? "Windows \(host.windows) (assumed because none is specified)" : "Windows \(host.windows)"
  }

  /// A note at the location where the host's Windows version is specified.
  var hostNotes: [Diagnostic.Note] {
    host.windowsLocation.map { [.init("the Windows version is specified here", $0)] } ?? []
  }

  /// Reads the `host` mapping.
  mutating func readHost(_ node: YAMLNode) {
    guard let fields = record(node, HostKey.table) else { return }
    if let node = fields[.windows], isText(node, "a Windows name") { readWindows(node) }
    if let node = fields[.addresses] {
      var seen: [IPAddress: SourceRange] = [:]
      forEach(node, "a list of addresses") { decoder, element in
        guard let address = decoder.address(element, "a host address") else { return }
        let location = decoder.yaml.location(element)
        if let first = seen[address] {
          decoder.report(
            .duplicateAddress, "the host has the address \(address) twice", at: location,
            notes: [.init("first used here", first)])
        } else if let kind = decoder.unusableKind(AddressRange(address)) {
          decoder.report(.invalidAddress, "\(address) is \(kind) and cannot be a host address", at: location)
        } else {
          seen[address] = location
          decoder.host.addresses.append(Located(address, at: location))
        }
      }
    }
    if let node = fields[.adapters] {
      var seen: [String: SourceRange] = [:]
      forEach(node, "a list of adapters") { decoder, element in
        guard let adapter = decoder.adapterName(element) else { return }
        if let first = seen.updateValue(adapter.location, forKey: adapter.value.lowercased()) {
          decoder.duplicateName(adapter, of: "an adapter", first: first)
        }
        decoder.host.adapters.append(adapter)
      }
    }
    if let node = fields[.assumptions] { readAssumptions(node) }
    if let node = fields[.dns] { (host.dnsServers, host.dnsSearch) = dns(node) }
    if let node = fields[.listens] { host.listens = portHolds(node, "a list of ports") }
    if let node = fields[.excludedPorts] { host.excludedPorts = portHolds(node, "a list of port ranges") }
  }

  /// Reads ports that nothing else can use: `PORT` or `FIRST-LAST`, optionally with `/tcp` or `/udp`.
  private mutating func portHolds(_ node: YAMLNode, _ what: String) -> [Located<HostPorts>] {
    var seen: [HostPorts: SourceRange] = [:]
    var holds: [Located<HostPorts>] = []
    forEach(node, what) { decoder, element in
      guard let hold = decoder.portHold(element) else { return }
      if let first = seen.updateValue(hold.location, forKey: hold.value) {
        decoder.report(
          .duplicateEntry, "\(decoder.quoted(element)) is listed twice", at: hold.location,
          notes: [.init("first listed here", first)], help: "list it once")
      }
      holds.append(hold)
    }
    return holds
  }

  private mutating func portHold(_ node: YAMLNode) -> Located<HostPorts>? {
    let help = "write PORT/tcp, or a range as in 50000-50059/tcp"
    guard isText(node, "a port with its protocol") else { return nil }
    let parts = yaml.string(node).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let proto = transport(parts.count == 2 ? parts[1] : nil, node, help) else { return nil }
    do {
      return located(HostPorts(proto, try PortRange(word: parts[0], for: .rule)), node)
    } catch {
      invalidPort(error, String(parts[0]), at: node, help: error.reason == .notAPort ? help : nil)
      return nil
    }
  }

  /// Refuses a port of the host that something else already holds.
  ///
  /// - Parameter consequence: What Windows does about it.
  /// - Returns: Whether the port is free.
  mutating func isFree(
    _ port: UInt16, _ proto: IPProtocol, _ consequence: String, at location: SourceRange
  ) -> Bool {
    if let hold = host.listens.first(where: { $0.value.contains(port, proto) }) {
      report(
        .portInUse, "the host itself listens on \(port)/\(proto): \(consequence)", at: location,
        notes: [.init("the host's port is here", hold.location)], help: "use another port")
      return false
    }
    if let hold = host.excludedPorts.first(where: { $0.value.contains(port, proto) }) {
      report(
        .portInUse, "Windows excludes \(port)/\(proto) from use: \(consequence)", at: location,
        notes: [.init("the excluded range is here", hold.location)], help: "use another port")
      return false
    }
    return true
  }

  private mutating func readWindows(_ node: YAMLNode) {
    let text = yaml.string(node)
    guard let build = WindowsBuild(text) else {
      report(
        .unknownWindows, "'\(text.quotable)' is not a Windows release or build", at: yaml.location(node),
        help: WindowsName.help(for: text))
      return
    }
    host.windows = otherWindows ?? build
    host.windowsLocation = yaml.location(node)
  }

  /// Reads the name of an adapter: any text of one line.
  mutating func adapterName(_ node: YAMLNode) -> Located<String>? {
    line(node, of: "an adapter", "is not a valid adapter name")
  }

  /// Reads the name of a network: whatever HNS takes, that is any text of one line.
  mutating func networkName(_ node: YAMLNode) -> Located<String>? {
    line(
      node, of: "a network",
      "is not a valid network name: it must be 1 to 256 bytes without control and invisible characters")
  }

  private mutating func line(_ node: YAMLNode, of noun: String, _ problem: String) -> Located<String>? {
    guard isText(node, "the name of \(noun)") else { return nil }
    let text = yaml.string(node)
    guard !text.isEmpty, text.utf8.count <= 256,
      // What a message would have to escape is a control character or invisible.
      text.unicodeScalars.allSatisfy({ String($0).quotable.unicodeScalars.count == 1 })
    else {
      report(.invalidName, "\(quoted(node)) \(problem)", at: yaml.location(node))
      return nil
    }
    return located(text, node)
  }

  private mutating func readAssumptions(_ node: YAMLNode) {
    guard yaml.kind(node) == .mapping else { return wrongType(node, "a mapping of assumptions to values") }
    var children = yaml.children(node)
    while let keyNode = children.next(), let value = children.next() {
      let name = yaml.string(keyNode)
      guard let key = Assumption(name: name) else {
        let names = Assumption.allCases.map(\.name)
        report(
          .unknownKey, "there is no assumption '\(name.quotable)'", at: yaml.location(keyNode),
          help: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "the assumptions are \(names.joined(separator: ", "))")
        continue
      }
      guard isText(value, "a value of the assumption '\(name)'") else { continue }
      let text = yaml.string(value)
      let values = key.values.map(\.value)
      guard values.contains(text) else {
        unknownChoice(value, "a value of the assumption '\(name)'", values)
        continue
      }
      host.assumptions[key] = text
    }
  }

  /// Why hosts and endpoints cannot have addresses in a range; nil if they can.
  func unusableKind(_ range: AddressRange) -> String? {
    func overlaps(_ text: String) -> Bool { IPPrefix(text).map { $0.range.overlaps(range) } ?? false }
    func overlaps(_ special: SpecialAddress) -> Bool {
      special.addresses.ranges.contains { $0.overlaps(range) }
    }
    if overlaps("0.0.0.0/8") || overlaps(.unspecified) { return "an unspecified address" }
    if overlaps(.loopback) { return "a loopback address" }
    if overlaps(.multicast) { return "a multicast address" }
    return overlaps("240.0.0.0/4") ? "a reserved address" : nil
  }
}
