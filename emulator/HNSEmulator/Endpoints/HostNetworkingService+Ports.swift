import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// The policies with an external port for every mapping, checked against the host's other mappings, its
  /// processes and the ranges that Windows excludes (reference: hns, 6.5 and 10.4).
  ///
  /// - Parameters:
  ///   - policies: The complete new list of policies.
  ///   - endpoint: The endpoint, whose current ports count as free.
  ///   - isRestored: Whether the endpoint exists already, so that it keeps a port on which a process has begun to
  ///     listen.
  /// - Returns: The policies, each mapping with its port.
  /// - Throws: The code for a port in use, or ``HCNErrorCode/portAlreadyExists`` if none is free.
  func withPorts(
    _ policies: [Policy], endpoint: GUID, isRestored: Bool = false
  ) throws(HCNError) -> [Policy] {
    guard policies.contains(where: { $0.mapping != nil }) else { return policies }
    var result = policies
    var taken = Set(policies.compactMap { $0.mapping?.externalPort == 0 ? nil : $0.mapping?.key })
    var seen: Set<PortMapping.Key> = []
    let present = Set(endpoints[endpoint]?.policies.compactMap { $0.mapping?.key } ?? [])
    for (index, policy) in policies.enumerated() {
      guard var mapping = policy.mapping else { continue }
      if mapping.externalPort == 0 {
        guard let port = freePort(for: mapping, taken: taken, endpoint: endpoint) else {
          throw HCNError(.portAlreadyExists, detail: "no port of the dynamic range is free")
        }
        mapping.externalPort = port
        taken.insert(mapping.key)
        let settings = PolicyReader.numbered(policy.settings.object ?? JSONObject(), mapping)
        result[index] = Policy(type: .portMapping, settings: settings, mapping: mapping)
      }
      guard seen.insert(mapping.key).inserted else { throw Self.published(mapping, .portAlreadyExists) }
      guard !present.contains(mapping.key) else { continue }
      if publishedPorts[mapping.key] != nil, let code = configuration.publishedTwice.code {
        throw Self.published(mapping, code)
      }
      if !isRestored, isHeldByHost(mapping) {
        throw HCNError(
          .sharingViolation,
          detail: "\(mapping.protocol) port \(mapping.externalPort) is in use by the host itself")
      }
    }
    return result
  }

  private static func published(_ mapping: PortMapping, _ code: HCNErrorCode) -> HCNError {
    HCNError(
      code, detail: "\(mapping.protocol) port \(mapping.externalPort) of the host is already published")
  }

  /// Whether a mapping is for an address of the host and a port that is not free there.
  private func isHeldByHost(_ mapping: PortMapping) -> Bool {
    configuration.holds(mapping.externalPort, mapping.protocol) && (mapping.vip.map { isOfHost($0) } ?? true)
  }

  /// Adds the published ports of an endpoint; of several that publish one port, the oldest has it.
  mutating func publishPorts(of endpoint: EndpointObject) {
    for policy in endpoint.policies {
      guard let key = policy.mapping?.key else { continue }
      if let owner = publishedPorts[key].flatMap({ endpoints[$0] }), owner.ordinal < endpoint.ordinal {
        continue
      }
      publishedPorts[key] = endpoint.id
    }
  }

  /// Removes the published ports of an endpoint; one that others publish too goes to the oldest of them.
  mutating func releasePorts(of endpoint: EndpointObject) {
    for policy in endpoint.policies {
      guard let key = policy.mapping?.key, publishedPorts[key] == endpoint.id else { continue }
      publishedPorts[key] = nil
      guard configuration.publishedTwice == .accepted else { continue }
      let others = endpoints.values.filter { other in
        other.id != endpoint.id && other.policies.contains { $0.mapping?.key == key }
      }
      publishedPorts[key] = others.min { $0.ordinal < $1.ordinal }?.id
    }
  }
}

/// What happens to a port that is published twice.
enum PublishedTwice: Equatable {
  case accepted
  case refused(HCNErrorCode)

  /// The code of the refusal.
  var code: HCNErrorCode? { if case .refused(let code) = self { code } else { nil } }
}

extension HostConfiguration {
  /// What happens to a port that is published twice: on 1607 the object already exists, 1709 accepts it, and from
  /// 1809 on the port already exists; 1703 and 1803 are in no source (reference: hns, 10.4).
  var publishedTwice: PublishedTwice {
    switch build.release.build {
    case 16299: .accepted
    case 15063 where assumptions.publishedTwice == .accepted: .accepted
    case 17134 where assumptions.publishedTwice == .accepted: .accepted
    case ..<16299: .refused(.objectAlreadyExists)
    default: .refused(.portAlreadyExists)
    }
  }

  /// Whether an endpoint of this host and one of another can have one address: l2bridge of Windows Server 2019 and
  /// 2022 takes both, and the rest is in no source (reference: hns, 10.1).
  func sharesRemoteAddresses(_ driver: NetworkDriver) -> Bool {
    driver == .l2bridge && [17763, 20348].contains(build.release.build)
      || assumptions.remoteAddresses == .shared
  }

  /// Whether networks can have subnets of both families: nat has them from 1809 on, others are in no source before
  /// the version that clients check for (reference: hns, 5.1 and 10.4).
  func takesDualStack(_ driver: NetworkDriver) -> Bool {
    version.has(.ipv6DualStack) || driver == .nat && build.build >= 17763
      || assumptions.dualStackBefore2004 == .accepted
  }
}
