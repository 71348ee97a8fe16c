import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

/// The first network of an adapter.
struct AdapterUse {
  var driver: NetworkDriver?
  var location: SourceRange
  /// The adapters of the network in lower case: one, or those of a team.
  var team: Set<String>
}

extension ProfileDecoder {
  /// Reads the adapter of a network, or the list of those that form a team.
  mutating func readAdapters(
    _ fields: Record<NetworkKey>, _ driver: NetworkDriver?, _ network: inout NetworkDeclaration
  ) {
    guard let node = fields[.adapter] else {
      if let driver, driver != .nat, !fields.has(.adapter) {
        report(
          .missingKey, "a network with driver \(driver.rawValue) needs the key 'adapter'",
          at: startLocation(of: fields.node), help: "specify the host's adapter, as in 'adapter: Ethernet'")
      }
      return
    }
    guard driver != .nat else {
      report(
        .keyNotSupported, "a nat network has no adapter of its own", at: keyLocation(node),
        help: "remove the key")
      return
    }
    network.adapters = adapterNames(node)
    guard !network.adapters.isEmpty else { return }
    for adapter in network.adapters { checkIsKnown(adapter, driver) }
    let team = Set(network.adapters.map { VirtualAdapter.physical($0.value).lowercased() })
    for adapter in network.adapters { checkSharing(adapter, driver, team) }
  }

  private mutating func adapterNames(_ node: YAMLNode) -> [Located<String>] {
    guard yaml.kind(node) == .sequence else { return networkAdapter(node).map { [$0] } ?? [] }
    guard yaml.count(node) > 0 else {
      emptyOrNoList(node, "a list of adapters", help: "specify the host's adapters")
      return []
    }
    var names: [Located<String>] = []
    forEach(node, "a list of adapters") { decoder, element in
      guard let adapter = decoder.networkAdapter(element) else { return }
      let key = VirtualAdapter.physical(adapter.value).lowercased()
      if let first = names.first(where: { VirtualAdapter.physical($0.value).lowercased() == key }) {
        decoder.report(
          .duplicateEntry, "the adapter \(decoder.quoted(element)) is listed twice", at: adapter.location,
          notes: [.init("first listed here", first.location)], help: "list it once")
        return
      }
      names.append(adapter)
    }
    return names
  }

  /// Reads the name of a network's adapter; a comma separates the adapters of a team in HNS documents.
  private mutating func networkAdapter(_ node: YAMLNode) -> Located<String>? {
    guard let adapter = adapterName(node) else { return nil }
    guard !adapter.value.contains(",") else {
      let parts = adapter.value.split(separator: ",").map { $0.drop { $0 == " " } }
      report(
        .invalidName, "an adapter of a network cannot have a comma in its name", at: adapter.location,
        help: "write a list for a team, as in '[\(parts.joined(separator: ", ").quotable)]'")
      return nil
    }
    return adapter
  }

  private mutating func checkIsKnown(_ adapter: Located<String>, _ driver: NetworkDriver?) {
    let names = host.adapters.map(\.value)
    let physical = VirtualAdapter.physical(adapter.value)
    if physical != adapter.value, !names.contains(adapter.value), let driver,
      driver != .overlay, driver != .l2bridge
    {
      report(
        .adapterInUse,
        "only l2bridge and overlay networks can name the adapter '\(physical.quotable)' by its vEthernet adapter",
        at: adapter.location, help: "write '\(physical.quotable)'")
    }
    guard !names.isEmpty, !names.contains(adapter.value), !names.contains(physical) else { return }
    report(
      .unknownAdapter, "the host has no adapter '\(adapter.value.quotable)'", at: adapter.location,
      help: nearest(to: adapter.value, among: names).map { "did you mean '\($0)'?" }
        ?? (names.count <= 8 ? "the profile has \(names.sorted().joined(separator: ", "))" : nil))
  }

  /// Networks of one driver can share an adapter, or a whole team; those of different drivers cannot
  /// (reference: hns, 10.2).
  private mutating func checkSharing(
    _ adapter: Located<String>, _ driver: NetworkDriver?, _ team: Set<String>
  ) {
    let name = VirtualAdapter.physical(adapter.value)
    guard let first = adaptersInUse[name.lowercased()] else {
      adaptersInUse[name.lowercased()] = AdapterUse(driver: driver, location: adapter.location, team: team)
      return
    }
    let notes = [Diagnostic.Note("first used here", first.location)]
    if let driver, let other = first.driver, driver != other {
      report(
        .adapterInUse, "the adapter '\(name.quotable)' already has a network with driver \(other.rawValue)",
        at: adapter.location, notes: notes,
        help: "use another adapter; only networks with the same driver can share one")
    } else if first.team != team {
      report(
        .adapterInUse, "the adapter '\(name.quotable)' already belongs to a network with other adapters",
        at: adapter.location, notes: notes,
        help: "specify the same adapters for all networks that share them")
    }
  }
}
