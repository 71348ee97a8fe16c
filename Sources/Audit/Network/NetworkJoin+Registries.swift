import Diagnostics
import FilterEngine
import HostModel
import NetworkTypes
import PacketSpace

extension NetworkJoin {
  private static let https = PortSet(443, 443)

  /// Rows 7 and 8: registries, against the packets to HTTPS that endpoints and the node may send.
  ///
  /// Where a registry is reached is in `registryAddresses`. Without it every public IPv4 address may be one of its
  /// own, so that only rules that allow all of them certainly allow packets to it.
  ///
  /// - Returns: Whether the host says anything about it.
  mutating func findRegistryAccess(_ registry: DeclaredRegistry) -> Bool {
    let isAtBothEnds = findOpenEnds(registry)
    let isLockedOut = findLockedOutNode(registry)
    let isPublic = warnOfPublicPath(registry)
    return isAtBothEnds || isLockedOut || isPublic
  }

  /// Row 7: a registry that accepts every network, and endpoints that may send to all of them.
  private mutating func findOpenEnds(_ registry: DeclaredRegistry) -> Bool {
    guard registry.isOpen, let settings = settings[7] else { return false }
    let (open, unknown) = openEgress(to: settings.addressRanges("registryAddresses"))
    guard let open else {
      add(result([], at: nil, unknown: unknown), row: 7, registry.place)
      return unknown != nil
    }
    var violation = Violation(
      "networkRuleSet.defaultAction", at: registry.actionLocation,
      "the registry accepts connections from every network, and \(open.ruleText) allows HTTPS to "
        + "\(settings["registryAddresses"] == nil ? "every public address" : "it"), such as \(open.packet.text)"
    )
    violation.network = open
    violation.remediation =
      "Restrict the registry, and allow HTTPS from endpoints only to where they need it: an ACL for those addresses, "
      + "and defaults: {out: block}."
    add(.fail([violation]), row: 7, registry.place)
    return true
  }

  /// Row 7: a registry whose rules do not name the node, so that it refuses its pulls.
  private mutating func findLockedOutNode(_ registry: DeclaredRegistry) -> Bool {
    guard let sources = registry.sources, !registry.hasPrivateLink, let settings = settings[7] else {
      return false
    }
    let own = nodeAddresses(settings)
    guard !own.isEmpty else { return false }
    let result = lockedOutNode(
      own.filter { !sources.contains($0) }, to: settings.addressRanges("registryAddresses"),
      "networkRuleSet.ipRules", registry.rulesLocation,
      remediation: "Add the address to the rules of the registry, or the node cannot pull its images."
    ) {
      "the node sends from \($0), which the rules of the registry do not contain, so that it refuses what "
        + "\($1) allows"
    }
    add(result, row: 7, registry.place)
    return true
  }

  /// The addresses of the node that a list of a receiver lacks, with the packets to it that the host allows.
  ///
  /// - Parameters:
  ///   - own: The addresses.
  ///   - receivers: The addresses of the receiver; any public one if none are given.
  ///   - message: The sentence up to the witness, of an address and the rule.
  mutating func lockedOutNode(
    _ own: [IPAddress], to receivers: [AddressRange], _ path: String, _ location: SourceRange,
    remediation: String, _ message: (_ address: IPAddress, _ rule: String) -> String
  ) -> CheckResult {
    let answers = answers(fromHostTo: receivers)
    let found = own.flatMap { address in
      violations(answers.allowed, [.tcp: Self.https], path, location, remediation: remediation) { rule, _ in
        message(address, rule)
      }
    }
    return result(found, at: nil, unknown: unknownReason(answers))
  }

  /// Row 8: a registry with a private endpoint, and rules that still allow packets to its public addresses.
  private mutating func warnOfPublicPath(_ registry: DeclaredRegistry) -> Bool {
    guard registry.hasPrivateLink, let settings = settings[8] else { return false }
    let addresses = settings.addressRanges("registryAddresses").filter { $0.first.isPublic }
    guard let open = openEgress(to: addresses).open else { return false }
    notes.append(
      Diagnostic(
        .auditRegistryPublic,
        "\(registry.place.resource) has a private endpoint, and \(open.ruleText) still allows HTTPS to public "
          + "addresses, such as \(open.packet.text)",
        file: registry.place.file, at: registry.linkLocation,
        help: "allow HTTPS to the private endpoint, and block it to the public addresses of the registry"))
    return true
  }

  /// Row 5: registries whose images are allowed, and from which the node cannot pull.
  ///
  /// Images are pulled by the node, so that the rules of its own firewall decide.
  mutating func noteUnreachableRegistries() {
    guard let settings = settings[5], !declarations.registries.isEmpty else { return }
    let answers = answers(fromHostTo: settings.addressRanges("registryAddresses"))
    guard answers.failure == nil, answers.allowed.isEmpty, answers.unknown.isEmpty,
      let part = answers.blocked.first, let evidence = host.evidence(part, from: .host)
    else { return }
    for (name, place) in declarations.registries.sorted(by: { $0.key < $1.key }) {
      notes.append(
        Diagnostic(
          .auditRegistryUnreachable,
          "images of \(name) are allowed, and \(evidence.ruleText) blocks HTTPS from the node, such as "
            + "\(evidence.packet.text), so that they cannot be pulled",
          file: place.file, at: place.location))
    }
  }

  // MARK: Packets

  /// HTTPS from the host to some addresses; to all public ones if none are given.
  private mutating func answers(fromHostTo addresses: [AddressRange]) -> NetworkAnswers {
    host.answers(
      from: PeerSelection(includesHost: true),
      to: PeerSelection(addresses: addresses.isEmpty ? .publicIPv4 : AddressSet(addresses)),
      ProtocolSet([.tcp]), Self.https)
  }

  /// HTTPS that an endpoint may send to some addresses, or to every public one if none are given; otherwise why it
  /// is not known.
  private mutating func openEgress(
    to addresses: [AddressRange]
  ) -> (open: NetworkEvidence?, unknown: String?) {
    let targets = addresses.isEmpty ? AddressSet.publicIPv4 : AddressSet(addresses)
    var unknown: String?
    for endpoint in host.localEndpoints where host.topology.endpoints[endpoint].isAttached {
      let answers = host.answers(
        from: PeerSelection(endpoints: [endpoint]), to: PeerSelection(addresses: targets),
        ProtocolSet([.tcp]),
        Self.https)
      unknown = unknown ?? unknownReason(answers)
      guard let part = answers.allowed.first,
        !addresses.isEmpty || answers.blocked.isEmpty && answers.unknown.isEmpty,
        let evidence = host.evidence(part, from: .endpoint(endpoint))
      else { continue }
      return (evidence, nil)
    }
    return (nil, unknown)
  }
}
