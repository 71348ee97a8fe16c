package import Diagnostics
package import FilterEngine
import NetworkProfile
import NetworkTypes
import PolicyViews

/// What a trace evaluates.
package enum TraceRequest {
  /// One packet; the type is set for ICMP and ICMPv6.
  case packet(PacketQuery, icmpType: UInt8?)
  /// Every packet in a set.
  case packets(PacketQuerySet)
}

/// A packet or a set of packets, as given on the command line.
package struct PacketText {
  private let from: String
  private let to: String
  private let `protocol`: String
  private let port: String?
  private let sourcePort: String?
  private let icmpType: UInt8?

  /// Takes the options as given.
  package init(
    from: String, to: String, protocol: String, port: String?, sourcePort: String?, icmpType: UInt8?
  ) {
    self.from = from
    self.to = to
    self.protocol = `protocol`
    self.port = port
    self.sourcePort = sourcePort
    self.icmpType = icmpType
  }

  /// Parses the arguments; throws a diagnostic for the first invalid one.
  ///
  /// - Parameter source: What the packets are evaluated against.
  package func request(_ source: QuerySource) throws(Diagnostic) -> TraceRequest {
    let protocols = try readProtocols(source.file)
    let single = protocols.protocols.count == 1 ? protocols.protocols.first : nil
    // With 'any', ports select the protocols that have ports; listed protocols must all have them.
    if protocols != .allProtocols, let other = protocols.protocols.first(where: { !$0.hasPorts }) {
      try refusePorts(other, source.file)
    }
    if icmpType != nil, single != .icmp, single != .icmpv6 {
      throw Self.invalid(
        "an ICMP type applies only to ICMP and ICMPv6", source.file, "remove --icmp-type")
    }
    let ports = try port.map { text throws(Diagnostic) in try Self.ports(text, source.file) }
    let sourcePorts = try sourcePort.map { text throws(Diagnostic) in try Self.ports(text, source.file) }
    if let single, single.hasPorts, ports == nil {
      throw Self.invalid(
        "a \(single) packet needs a destination port", source.file, "give --port N, or --port any")
    }
    let senders = try selection(from, source)
    let receivers = try selection(to, source)
    if let single, let sender = senders.single, let receiver = receivers.single,
      ports.map({ Self.single($0) != nil }) ?? true, sourcePorts.map({ Self.single($0) != nil }) ?? true
    {
      let query = PacketQuery(
        from: sender, to: receiver, protocol: single, port: ports.flatMap(Self.single),
        sourcePort: sourcePorts.flatMap(Self.single))
      let isICMP = single == .icmp || single == .icmpv6
      return .packet(query, icmpType: isICMP ? icmpType ?? (single == .icmp ? 8 : 128) : nil)
    }
    return .packets(
      PacketQuerySet(
        from: senders, to: receivers, protocols: protocols, ports: ports ?? .allPorts,
        sourcePorts: sourcePorts ?? PortSet([PortRange(PacketQuery.standardSourcePort)])))
  }

  // MARK: Fields

  private static func invalid(_ message: String, _ file: String, _ help: String?) -> Diagnostic {
    Diagnostic(.invalidPacket, message, file: file, help: help)
  }

  private func refusePorts(_ proto: IPProtocol, _ file: String) throws(Diagnostic) {
    guard port != nil || sourcePort != nil else { return }
    throw Diagnostic(
      .protocolWithoutPorts, "protocol \(proto) has no ports", file: file,
      help: "remove --port and --source-port")
  }

  private func readProtocols(_ file: String) throws(Diagnostic) -> ProtocolSet {
    if `protocol`.lowercased() == "any" { return .allProtocols }
    var numbers: [IPProtocol] = []
    for word in `protocol`.split(separator: ",", omittingEmptySubsequences: false) {
      do { numbers.append(try IPProtocol(word: word)) } catch {
        throw PacketProblemView.diagnostic(error, String(word), file: file)
      }
    }
    return ProtocolSet(numbers)
  }

  private static func ports(_ text: String, _ file: String) throws(Diagnostic) -> PortSet {
    if text.lowercased() == "any" { return .allPorts }
    var ranges: [PortRange] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      do { ranges.append(try PortRange(word: word, for: .packet)) } catch {
        throw PacketProblemView.diagnostic(error, String(word), file: file)
      }
    }
    return PortSet(ranges)
  }

  private static func single(_ ports: PortSet) -> UInt16? {
    ports.ranges.count == 1 ? ports.ranges.first?.single : nil
  }

  // MARK: Ends

  private func selection(_ text: String, _ source: QuerySource) throws(Diagnostic) -> PeerSelection {
    if text.lowercased() == "any" { return .any }
    var selection = PeerSelection()
    for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      if case .unknown = source.directory.find(word), let addresses = Self.addresses(word, source) {
        selection.addresses = selection.addresses.union(addresses)
      } else {
        selection.insert(try source.peer(word))
      }
    }
    return selection
  }

  /// The addresses of a prefix, a range, or a named set of the profile.
  private static func addresses(_ text: String, _ source: QuerySource) -> AddressSet? {
    if let set = source.profile?.addressSets.first(where: { $0.name.value == text }) { return set.addresses }
    switch AddressText(parsing: Array(text.utf8).span) {
    case .prefix(let prefix): return AddressSet([prefix.range])
    case .range(let range): return AddressSet([range])
    case .hostBitsSet(let prefix, _): return AddressSet([prefix.range])
    default: return nil
    }
  }
}
