import HostModel
import NetworkTypes

/// The addresses of a host that are not known: of endpoints that get theirs from a DHCP server, of captured ones
/// without any, and of the host itself.
///
/// In packets the unspecified address stands for each of them; a real packet never has it. A rule with addresses
/// matches such a packet for certain if it contains every address that it could be, and never if it contains none;
/// otherwise it may match.
struct UnknownAddresses: Sendable {
  /// What an address that is not known could be, by family.
  private let candidates: [AddressFamily: AddressSet]

  init(_ topology: HostTopology) {
    let held = topology.endpoints.flatMap(\.addresses) + topology.hostAddresses
    let gateways = topology.networks.flatMap(\.subnets).compactMap(\.gateway)
    let others = AddressSet((held + gateways).map { AddressRange($0) }).union(SpecialAddress.neverSources)
    var candidates: [AddressFamily: AddressSet] = [:]
    for family in AddressFamily.allCases {
      let everything = AddressSet.all(family)
      let isHostKnown = topology.addresses.contains { $0.family == family }
      let found = topology.endpoints.reduce(isHostKnown ? AddressSet() : everything) { found, endpoint in
        guard endpoint.addresses.isEmpty else { return found }
        let subnets = topology.networks[endpoint.network].subnets.map(\.prefix.range).filter {
          $0.family == family
        }
        return found.union(subnets.isEmpty ? everything : AddressSet(subnets))
      }
      candidates[family] = found.subtracting(others)
    }
    self.candidates = candidates
  }

  /// A set of addresses with the unspecified address in the place of those that are not known.
  ///
  /// - Parameters:
  ///   - set: The addresses of a rule.
  ///   - family: The family of the packets.
  ///   - matches: Whether the rule matches if it may.
  /// - Returns: The set, and whether it is not certain that it contains the address.
  fileprivate func resolve(
    _ set: AddressSet, _ family: AddressFamily, matches: Bool
  ) -> (set: AddressSet, isDoubtful: Bool) {
    let candidates = candidates[family] ?? AddressSet()
    let possible = candidates.intersection(set)
    let isDoubtful = !possible.isEmpty && possible != candidates
    let unknown = AddressSet([AddressRange(IPAddress(family, 0))])
    let contains = isDoubtful ? matches : !possible.isEmpty
    return (contains ? set.union(unknown) : set.subtracting(unknown), isDoubtful)
  }
}

extension FilterContents {
  /// Makes the rules answer for packets with addresses that are not known.
  ///
  /// The verdict of a list changes only from block to allow as more allow rules match and fewer block rules do, so
  /// two readings stand for every address: the one that allows least, and the one that allows most.
  ///
  /// - Parameters:
  ///   - unknown: The addresses that are not known.
  ///   - family: The family of the packets.
  ///   - name: The name of a rule in output.
  mutating func resolve(_ unknown: UnknownAddresses, _ family: AddressFamily, name: (Rule) -> String) {
    readings = readings.flatMap { reading in
      let isDoubtful = reading.rules.map { rule in
        [rule.match.localAddresses, rule.match.remoteAddresses].contains {
          $0.map { unknown.resolve($0, family, matches: true).isDoubtful } ?? false
        }
      }
      func resolved(allowingMost: Bool) -> Reading {
        var copy = reading
        for index in copy.rules.indices {
          let matches = reading.rules[index].verdict == (allowingMost ? .allow : .block)
          func resolve(_ set: AddressSet) -> AddressSet {
            unknown.resolve(set, family, matches: matches || reading.rules[index].verdict == .unknown).set
          }
          copy.rules[index].match.localAddresses = reading.rules[index].match.localAddresses.map(resolve)
          copy.rules[index].match.remoteAddresses = reading.rules[index].match.remoteAddresses.map(resolve)
          if isDoubtful[index], copy.rules[index].reason == nil {
            copy.rules[index].reason = .unknownAddress(rule: name(reading.rules[index]))
          }
        }
        return copy
      }
      return isDoubtful.contains(true)
        ? [resolved(allowingMost: false), resolved(allowingMost: true)] : [resolved(allowingMost: false)]
    }
  }
}
