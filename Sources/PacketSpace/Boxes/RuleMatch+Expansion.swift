package import HostModel
import NetworkTypes

extension RuleMatch {
  /// The matches that together are equal to this one, with a single value or any in every member: one
  /// protocol, one prefix, one port.
  ///
  /// Before version 7.2 HNS does not support address lists and port ranges (reference:
  /// windows-firewall-and-vfp, 4.1). A complete family is written as its two `/1` prefixes if it must be
  /// specified, because HNS does not accept `/0`.
  ///
  /// - Parameter limit: The maximum number of matches.
  /// - Returns: The matches in ascending order of their values, or nil if there are more than the limit.
  package func expanded(limit: Int = 1_000) -> [RuleMatch]? {
    var protocols = protocols
    if localPorts != nil || remotePorts != nil {
      protocols = (protocols ?? .withPorts).intersection(.withPorts)
    }
    guard let localPorts = Self.singles(localPorts, limit: limit),
      let remotePorts = Self.singles(remotePorts, limit: limit)
    else { return nil }
    let numbers = protocols.map { $0.protocols.map { ProtocolSet([$0]) as ProtocolSet? } } ?? [nil]
    let ports = localPorts.count.multipliedReportingOverflow(by: remotePorts.count)
    var rest = limit
    var result: [RuleMatch] = []
    for (locals, remotes) in addressPairs {
      var count = ports.partialValue
      guard !ports.overflow else { return nil }
      for factor in [numbers.count, locals.count, remotes.count] {
        let product = count.multipliedReportingOverflow(by: factor)
        guard !product.overflow else { return nil }
        count = product.partialValue
      }
      guard count <= rest else { return nil }
      rest -= count
      for number in numbers {
        for local in locals {
          for remote in remotes {
            for localPort in localPorts {
              for remotePort in remotePorts {
                result.append(
                  RuleMatch(
                    protocols: number, localAddresses: local, remoteAddresses: remote,
                    localPorts: localPort, remotePorts: remotePort))
              }
            }
          }
        }
      }
    }
    return result
  }

  /// The matches that together are equal to this one, with address lists of limited length.
  ///
  /// - Parameter entries: The maximum number of prefixes in a list; at least 1.
  /// - Returns: The matches; only this one if its lists are short enough.
  package func dividingLists(entries: Int) -> [RuleMatch] {
    let locals = Self.chunks(localAddresses, entries)
    let remotes = Self.chunks(remoteAddresses, entries)
    guard locals.count > 1 || remotes.count > 1 else { return [self] }
    return locals.flatMap { local in
      remotes.compactMap { remote in
        var match = self
        match.localAddresses = local
        match.remoteAddresses = remote
        return match.families.isEmpty ? nil : match
      }
    }
  }

  /// For each address family, or for both at once if there are no addresses, the prefixes of the two sides;
  /// nil means any.
  private var addressPairs: [(local: [AddressSet?], remote: [AddressSet?])] {
    guard localAddresses != nil || remoteAddresses != nil else { return [([nil], [nil])] }
    return families.map { family in
      let locals = Self.prefixes(localAddresses, family)
      let remotes = Self.prefixes(remoteAddresses, family)
      if locals != [nil] || remotes != [nil] { return (locals, remotes) }
      return ([nil], Self.halves(family))
    }
  }

  private static func prefixes(_ set: AddressSet?, _ family: AddressFamily) -> [AddressSet?] {
    guard let part = set?.only(family), part != .all(family) else { return [nil] }
    return part.prefixes.map { AddressSet([$0.range]) }
  }

  private static func halves(_ family: AddressFamily) -> [AddressSet?] {
    [0, family.highest].map { AddressSet([IPPrefix(containing: IPAddress(family, $0), length: 1).range]) }
  }

  private static func singles(_ set: PortSet?, limit: Int) -> [PortSet?]? {
    guard let set, set != .allPorts else { return [nil] }
    let count = set.intervals.reduce(0) { $0 + Int($1.upper - $1.lower) + 1 }
    guard count <= limit else { return nil }
    return set.intervals.flatMap { ($0.lower...$0.upper).map { PortSet($0, $0) } }
  }

  private static func chunks(_ set: AddressSet?, _ size: Int) -> [AddressSet?] {
    guard let set else { return [nil] }
    // A range needs less than twice as many prefixes as its addresses have bits.
    let most = set.ipv4.intervals.count * 2 * 32 + set.ipv6.intervals.count * 2 * 128
    if most <= size { return [set] }
    let prefixes = set.prefixes
    guard prefixes.count > max(1, size) else { return [set] }
    return stride(from: 0, to: prefixes.count, by: max(1, size)).map { start in
      AddressSet(prefixes[start..<min(start + max(1, size), prefixes.count)].map(\.range))
    }
  }
}
