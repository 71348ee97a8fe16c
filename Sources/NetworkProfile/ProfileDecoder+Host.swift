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
  }

  private mutating func readWindows(_ node: YAMLNode) {
    let text = yaml.string(node)
    guard let build = WindowsBuild(text) else {
      report(
        .unknownWindows, "'\(text.quotable)' is not a Windows release or build", at: yaml.location(node),
        help: WindowsName.help(for: text))
      return
    }
    host.windows = build
    host.windowsLocation = yaml.location(node)
  }

  /// Reads the name of an adapter: any text of one line.
  mutating func adapterName(_ node: YAMLNode) -> Located<String>? {
    guard isText(node, "the name of an adapter") else { return nil }
    let text = yaml.string(node)
    guard !text.isEmpty, text.utf8.count <= 256,
      text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
    else {
      report(.invalidName, "\(quoted(node)) is not a valid adapter name", at: yaml.location(node))
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
