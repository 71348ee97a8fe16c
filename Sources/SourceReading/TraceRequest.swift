import Diagnostics
package import FilterEngine
import NetworkProfile
import NetworkTypes
import PolicyViews
import Reachability

/// What a trace evaluates.
package enum TraceRequest {
  /// One packet, between every two endpoints of the given containers or pods; the type is set for ICMP and
  /// ICMPv6.
  case packet([PacketQuery], icmpType: UInt8?)
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

  /// Parses the arguments.
  ///
  /// - Parameter source: What the packets are evaluated against.
  /// - Throws: The diagnostics of all invalid arguments. They belong to no file.
  package func request(_ source: QuerySource) throws(ArgumentProblems) -> TraceRequest {
    var problems = ArgumentProblems()
    let protocols = problems.collect("--protocol") { () throws(Diagnostic) in try readProtocols() }
    let single = protocols.flatMap { $0.protocols.count == 1 ? $0.protocols.first : nil }
    // With 'any', ports select the protocols that have ports; listed protocols must all have them.
    if let protocols, protocols != .allProtocols, port != nil || sourcePort != nil,
      let other = protocols.protocols.first(where: { !$0.hasPorts })
    {
      problems.add(
        .protocolWithoutPorts, PacketFieldError.portsNotSpecifiable("\(other)"),
        "remove --port and --source-port")
    }
    if icmpType != nil, let protocols, protocols.protocols.count > 1 || single != .icmp && single != .icmpv6 {
      problems.add(.invalidPacket, "an ICMP type applies only to ICMP and ICMPv6", "remove --icmp-type")
    }
    let isToService = source.directory.service(to) != nil
    let ports = problems.collect("--port") { () throws(Diagnostic) -> PortSet? in
      guard isToService, port == nil, let single else { return try Self.ports(port) }
      return try PeerReader.port(nil, of: to, single, source.directory).map { PortSet([PortRange($0)]) }
    }
    let sourcePorts = problems.collect("--source-port") { () throws(Diagnostic) in
      try Self.ports(sourcePort)
    }
    let senders = selection(from, of: "--from", source, &problems)
    let known = problems.diagnostics.count
    let receivers = selection(to, of: "--to", source, &problems)
    // Whether a port is needed depends on the receiver.
    if let single, single.hasPorts, port == nil, !isToService, problems.diagnostics.count == known {
      problems.add(
        .invalidPacket, "a \(single) packet needs a destination port", "give --port N, or --port any")
    }
    guard problems.diagnostics.isEmpty, let protocols, let ports, let sourcePorts else { throw problems }
    if let single, let from = senders.ends, let to = receivers.ends,
      ports.map({ Self.single($0) != nil }) ?? true, sourcePorts.map({ Self.single($0) != nil }) ?? true
    {
      let queries = PacketQuery.between(
        from, to, protocol: single, port: ports.flatMap(Self.single),
        sourcePort: sourcePorts.flatMap(Self.single))
      let isICMP = single == .icmp || single == .icmpv6
      return .packet(queries, icmpType: isICMP ? icmpType ?? (single == .icmp ? 8 : 128) : nil)
    }
    return .packets(
      PacketQuerySet(
        from: senders.selection, to: receivers.selection, protocols: protocols, ports: ports ?? .allPorts,
        sourcePorts: sourcePorts ?? PortSet([PortRange(PacketQuery.standardSourcePort)])))
  }

  // MARK: Fields

  private func readProtocols() throws(Diagnostic) -> ProtocolSet {
    if `protocol`.lowercased() == "any" { return .allProtocols }
    var numbers: [IPProtocol] = []
    for word in `protocol`.split(separator: ",", omittingEmptySubsequences: false) {
      do { numbers.append(try IPProtocol(word: word)) } catch {
        throw PacketProblemView.diagnostic(error, String(word), file: nil)
      }
    }
    return ProtocolSet(numbers)
  }

  /// The ports of a text; nil without a text.
  private static func ports(_ text: String?) throws(Diagnostic) -> PortSet? {
    guard let text else { return nil }
    if text.lowercased() == "any" { return .allPorts }
    var ranges: [PortRange] = []
    for word in text.split(separator: ",", omittingEmptySubsequences: false) {
      do { ranges.append(try PortRange(word: word, for: .packet)) } catch {
        throw PacketProblemView.diagnostic(error, String(word), file: nil)
      }
    }
    return PortSet(ranges)
  }

  private static func single(_ ports: PortSet) -> UInt16? {
    ports.ranges.count == 1 ? ports.ranges.first?.single : nil
  }

  // MARK: Ends

  /// What an end is given as.
  private struct Ends {
    var selection = PeerSelection()
    /// The ends of single packets: one, or every endpoint of one container or pod; nil for a set.
    var ends: [Peer]?
  }

  private func selection(
    _ text: String, of option: String, _ source: QuerySource, _ problems: inout ArgumentProblems
  ) -> Ends {
    if text.lowercased() == "any" { return Ends(selection: .any) }
    var result = Ends()
    // The name of a network, and so that of an endpoint, can contain commas.
    let isOne = source.directory.find(text).peers != nil
    let words = isOne ? [text] : text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for word in words {
      if case .unknown = source.directory.find(word), let addresses = Self.addresses(word, source) {
        result.selection.addresses = result.selection.addresses.union(addresses)
        continue
      }
      if case .unknown = source.directory.find(word), let party = source.party(word),
        !party.isService || option == "--to"
      {
        result.selection.insert(party)
        continue
      }
      let peers =
        problems.collect(option) { () throws(Diagnostic) in
          try option == "--from" ? source.senders(word) : source.peers(word)
        } ?? []
      for peer in peers { result.selection.insert(peer) }
      if words.count == 1 { result.ends = peers }
    }
    result.ends = result.ends ?? result.selection.single.map { [$0] }
    return result
  }

  /// The addresses of a prefix, a range, or a named set of the profile.
  private static func addresses(_ text: String, _ source: QuerySource) -> AddressSet? {
    if let set = source.profile?.addressSets.first(where: { $0.name.value == text }) { return set.addresses }
    return AddressText(parsing: Array(text.utf8).span).range.map { AddressSet([$0]) }
  }
}

extension PeerSelection {
  /// Adds a party of a matrix: one end, or all of its addresses.
  fileprivate mutating func insert(_ party: MatrixPeer) {
    if let peer = party.peer { insert(peer) } else { addresses = addresses.union(party.ends.addresses) }
  }
}
