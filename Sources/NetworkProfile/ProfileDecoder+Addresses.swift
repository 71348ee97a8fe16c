import Diagnostics
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Reads one address.
  mutating func address(_ node: YAMLNode, _ what: @autoclosure () -> String) -> IPAddress? {
    guard isText(node, what()) else { return nil }
    let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(node)))
    switch text {
    case .address(let address): return address
    case .prefix, .range, .hostBitsSet:
      report(
        .invalidAddress, "\(what()) must be a single address, not \(quoted(node))", at: yaml.location(node))
    default: invalidAddress(node, "a valid IP address")
    }
    return nil
  }

  /// Reads a prefix in CIDR notation.
  mutating func prefix(_ node: YAMLNode, _ what: @autoclosure () -> String) -> IPPrefix? {
    guard isText(node, what()) else { return nil }
    let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(node)))
    switch text {
    case .prefix(let prefix): return prefix
    case .address(let address):
      report(
        .invalidAddress,
        "\(what()) must have a length, as in '\(IPPrefix(containing: address, length: address.family == .ipv4 ? 24 : 64))'",
        at: yaml.location(node))
    case .range:
      report(
        .invalidAddress, "\(what()) must be a prefix, not the range \(quoted(node))", at: yaml.location(node))
    default: invalidAddress(node, what())
    }
    return nil
  }

  /// Reports what is wrong with an invalid address.
  mutating func invalidAddress(_ node: YAMLNode, _ what: String) {
    let text = yaml.string(node)
    let location = yaml.location(node)
    guard
      let problem = AddressProblem(
        text, shown: text.quotable, kind: what, wildcard: "remove the key to match any address")
    else { return report(.invalidAddress, "\(quoted(node)) is not \(what)", at: location) }
    let code: DiagnosticCode =
      switch problem.reason {
      case .hostBitsSet: .hostBitsSet
      case .inverted: .invertedRange
      case .mixedFamilies: .mixedFamilies
      case .invalid: .invalidAddress
      }
    report(code, problem.message, at: location, help: problem.help)
  }

  /// Reads a list of addresses, prefixes, ranges and names of address sets, containers, pods and endpoints.
  ///
  /// - Returns: The addresses, nil if the list or a set it refers to is invalid; and the names whose
  ///   addresses HNS assigns.
  mutating func addressSet(
    _ node: YAMLNode, _ what: String
  ) -> (addresses: AddressSet?, assignedNames: [Located<String>]) {
    assignedNames = []
    let addresses = knownAddresses(node, what)
    return (addresses, assignedNames)
  }

  /// Reads a list of addresses; names whose addresses HNS assigns are added to ``assignedNames``.
  private mutating func knownAddresses(_ node: YAMLNode, _ what: String) -> AddressSet? {
    guard yaml.kind(node) == .sequence, yaml.count(node) > 0 else {
      emptyOrNoList(node, what)
      return nil
    }
    if yaml.count(node) == 1 {
      var children = yaml.children(node)
      guard let only = children.next() else { return nil }
      return addressEntry(only, what)
    }
    var ranges = AddressRanges(capacity: yaml.count(node))
    var isComplete = true
    for element in yaml.children(node) {
      if let range = literalRange(element) {
        ranges.append(range)
      } else if let set = addressEntry(element, what) {
        guard spend(set, at: element) else { return nil }
        for range in set.ranges { ranges.append(range) }
      } else {
        isComplete = false
      }
    }
    return isComplete ? ranges.set : nil
  }

  /// Reports a list that is empty, or a value that is not a list.
  mutating func emptyOrNoList(
    _ node: YAMLNode, _ what: String, help: String = "remove the key to match anything"
  ) {
    guard yaml.kind(node) == .sequence else { return forEach(node, what) { _, _ in } }
    report(.emptyList, "\(what) cannot be empty", at: yaml.location(node), help: help)
  }

  /// The range of a literal address, prefix or range; nil without a report for anything else.
  private func literalRange(_ node: YAMLNode) -> AddressRange? {
    AddressText(parsing: Span(_unsafeElements: yaml.bytes(node))).range
  }

  /// Accounts for ranges copied from an address set, which bounds what ACLs can expand to.
  private mutating func spend(_ set: AddressSet, at node: YAMLNode) -> Bool {
    let count = set.ipv4.intervals.count + set.ipv6.intervals.count
    guard count > 64 else { return true }
    guard rangeBudget >= count else {
      if !isRangeBudgetReported {
        report(
          .tooManyAddresses, "address sets combined with other addresses have too many ranges in total",
          at: yaml.location(node), help: "put addresses that are used together into one address set")
        isRangeBudgetReported = true
      }
      return false
    }
    rangeBudget -= count
    return true
  }

  /// Reads one entry of an address list.
  private mutating func addressEntry(_ node: YAMLNode, _ what: String) -> AddressSet? {
    guard isText(node, "an address") else { return nil }
    let text = AddressText(parsing: Span(_unsafeElements: yaml.bytes(node)))
    if let range = text.range {
      return switch range.family {
      case .ipv4:
        AddressSet(
          ipv4: .init(canonical: [
            .init(UInt32(truncatingIfNeeded: range.lower), UInt32(truncatingIfNeeded: range.upper))
          ]))
      case .ipv6: AddressSet(ipv6: .init(canonical: [.init(range.lower, range.upper)]))
      }
    }
    guard text == .invalid else {
      invalidAddress(node, "an address")
      return nil
    }
    let name = yaml.string(node)
    if let index = addressSetIndex[name] { return index.map { addressSets[$0].addresses } }
    if let peer = namedPeer(name) { return addresses(of: peer, node) }
    if name.lowercased() == "any" {
      report(
        .unknownAddressSet, "there is no address set 'any'", at: yaml.location(node),
        help: "remove the key to match any address")
    } else if name == "host" {
      report(
        .unknownAddressSet, "an ACL cannot name the host", at: yaml.location(node),
        help: "write the host's addresses")
    } else if !Self.looksLikeAddress(name), Self.isName(yaml.bytes(node)) || name.contains("@") {
      report(
        .unknownAddressSet, "there is no address set, container or pod '\(name.quotable)'",
        at: yaml.location(node),
        help: suggestion(for: node, among: peerNames(), kind: "address sets, containers or pods"))
    } else {
      invalidAddress(
        node, "an address, a prefix, a range, or the name of an address set, container or pod")
    }
    return nil
  }

  /// The addresses of a container, pod or endpoint that an ACL names; nil if it has no endpoint.
  private mutating func addresses(of peer: NamedPeer, _ node: YAMLNode) -> AddressSet? {
    guard peer.hasEndpoint else {
      report(
        .unknownPeer, "\(quoted(node)) has no address of its own: it runs in the host's compartment",
        at: yaml.location(node), help: "write the host's addresses")
      return nil
    }
    if peer.hasAssignedAddresses { assignedNames.append(located(yaml.string(node), node)) }
    return AddressSet(peer.addresses.map { AddressRange($0) })
  }

  /// A note where an address set is defined.
  func addressSetNotes(_ name: String) -> [Diagnostic.Note] {
    (addressSetIndex[name] ?? nil).map { [.init("first defined here", addressSets[$0].name.location)] } ?? []
  }

  /// Whether a text that is not a valid address was probably intended to be one.
  static func looksLikeAddress(_ text: String) -> Bool {
    text.contains(".") && text.utf8.allSatisfy { (0x2d...0x39).contains($0) }
  }

  /// Reads the named lists under `addressSets`.
  mutating func readAddressSets(_ node: YAMLNode) {
    guard yaml.kind(node) == .mapping else { return wrongType(node, "a mapping of names to address lists") }
    var children = yaml.children(node)
    while let key = children.next(), let value = children.next() {
      guard let name = name(key, of: "an address set") else { continue }
      guard isNotNull(value, "the address set '\(name.value)'") else {
        addressSetIndex[name.value] = .some(nil)
        continue
      }
      if let ranges = addressRanges(value, "a list of addresses") {
        addressSetIndex[name.value] = addressSets.count
        addressSets.append(AddressSetDeclaration(name: name, addresses: AddressSet(ranges)))
      } else {
        addressSetIndex[name.value] = .some(nil)
      }
    }
  }

  /// Reads a list of literal addresses, prefixes and ranges.
  private mutating func addressRanges(_ node: YAMLNode, _ what: String) -> [AddressRange]? {
    guard yaml.kind(node) != .sequence || yaml.count(node) > 0 else {
      report(
        .emptyList, "an address set cannot be empty", at: yaml.location(node), help: "remove the set")
      return nil
    }
    return list(node, what) { decoder, element in
      if let range = decoder.literalRange(element) { return range }
      guard decoder.isText(element, "an address") else { return nil }
      decoder.invalidAddress(element, "an address, a prefix or a range")
      return nil
    }
  }
}

/// Collects address ranges for a set; ranges that are already in order need no sorting.
private struct AddressRanges {
  private var ipv4: [IntervalSet<UInt32>.Interval] = []
  private var ipv6: [IntervalSet<UInt128>.Interval] = []
  /// Whether there is a gap between each range and the previous one.
  private var isCanonical = true

  init(capacity: Int) { ipv4.reserveCapacity(capacity) }

  mutating func append(_ range: AddressRange) {
    switch range.family {
    case .ipv4:
      let (lower, upper) = (UInt32(truncatingIfNeeded: range.lower), UInt32(truncatingIfNeeded: range.upper))
      if let last = ipv4.last { isCanonical = isCanonical && UInt64(lower) > UInt64(last.upper) + 1 }
      ipv4.append(.init(lower, upper))
    case .ipv6:
      if let last = ipv6.last {
        isCanonical = isCanonical && range.lower > last.upper && range.lower - last.upper > 1
      }
      ipv6.append(.init(range.lower, range.upper))
    }
  }

  var set: AddressSet {
    isCanonical
      ? AddressSet(ipv4: .init(canonical: ipv4), ipv6: .init(canonical: ipv6))
      : AddressSet(ipv4: .init(ipv4), ipv6: .init(ipv6))
  }
}
