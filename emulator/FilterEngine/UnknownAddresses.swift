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

  /// Whether a set contains an address that is not known; nil if it may.
  fileprivate func isMember(of set: AddressSet, _ family: AddressFamily) -> Bool? {
    let candidates = candidates[family] ?? AddressSet()
    let possible = candidates.intersection(set)
    return possible.isEmpty ? false : possible == candidates ? true : nil
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
    let unspecified = AddressSet([AddressRange(IPAddress(family, 0))])
    readings = readings.flatMap { reading in
      var (least, most) = (reading, reading)
      var isDoubtful = false
      for (index, rule) in reading.rules.enumerated() {
        for side in [\RuleMatch.localAddresses, \RuleMatch.remoteAddresses] {
          guard let set = rule.match[keyPath: side] else { continue }
          let isMember = unknown.isMember(of: set, family)
          let (without, with) = (set.subtracting(unspecified), set.union(unspecified))
          least.rules[index].match[keyPath: side] = isMember ?? (rule.verdict != .allow) ? with : without
          most.rules[index].match[keyPath: side] = isMember ?? (rule.verdict != .block) ? with : without
          guard isMember == nil else { continue }
          isDoubtful = true
          let reason = rule.reason ?? .unknownAddress(rule: name(rule))
          least.rules[index].reason = reason
          most.rules[index].reason = reason
        }
      }
      return isDoubtful ? [least, most] : [least]
    }
  }
}
