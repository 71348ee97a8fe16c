package import Diagnostics
package import HostModel
package import NetworkProfile
package import NetworkTypes

/// What a profile wants of a host: the HNS objects with every policy compiled.
package struct DesiredHost: Sendable {
  /// The profile's name.
  package var profile: String
  /// The HNS owner of everything in it.
  package var owner: String
  package var windows: WindowsBuild
  /// Where the profile states the build; nil when it is the standard one.
  package var windowsPlace: Place?
  package var assumptions: Assumptions
  package var adapters: [String]
  package var addresses: [IPAddress]
  package var networks: [DesiredNetwork]
  /// The endpoints in the profile's order.
  package var endpoints: [DesiredEndpoint]
  /// Pods in the host's own compartment, which have no endpoint.
  package var hostProcessPods: [DesiredHostProcessPod]
}

/// A pod of host processes: a namespace of type HostDefault, which stands for the host's own compartment
/// (reference: hns, 6.4).
package struct DesiredHostProcessPod: Sendable {
  package var name: String
  package var namespaceId: GUID
  /// The containers in the order they start.
  package var containers: [String]
}

/// A network as the profile wants it.
package struct DesiredNetwork: Sendable {
  package var name: String
  package var id: GUID
  package var driver: NetworkDriver
  /// What creates it.
  package var wanted: HostComputeNetwork
  package var place: Place
}

/// An endpoint as the profile wants it, with the namespace and containers behind it.
package struct DesiredEndpoint: Sendable {
  package var name: String
  package var id: GUID
  package var namespaceId: GUID
  /// The network's name.
  package var network: String
  package var cell: PlatformCell
  /// The addresses the profile states; empty where HNS allocates.
  package var addresses: [Located<IPAddress>]
  package var mac: MACAddress?
  /// The gateway endpoints use instead of the network's, l2bridge only.
  package var gateway: IPAddress?
  /// The prefix length of the subnet each stated address lies in.
  package var prefixLengths: [Int]
  /// Endpoint policies other than ACLs.
  package var policies: [HCNPolicy]
  package var policy: CompiledPolicy
  /// What the profile says of the endpoint's packets; nil where its rules are refused.
  package var meaning: EndpointMeaning?
  /// The containers in the order they start.
  package var containers: [String]
  package var place: Place
}

/// The ACLs of an endpoint; equal endpoints share one value, and others the entries they have in common.
package struct CompiledPolicy: Sendable, Hashable {
  /// One HNS ACL with the rules of the profile it stands for.
  package struct Entry: Sendable, Hashable {
    /// What an entry holds, once for all endpoints that have it.
    private final class Storage: Sendable {
      let acl: PortACL
      let origins: [String]
      let isCatchAll: Bool

      init(_ acl: PortACL, _ origins: [String], _ isCatchAll: Bool) {
        self.acl = acl
        self.origins = origins
        self.isCatchAll = isCatchAll
      }
    }

    private let storage: Storage

    package init(acl: PortACL, origins: [String], isCatchAll: Bool) {
      storage = Storage(acl, origins, isCatchAll)
    }

    package var acl: PortACL { storage.acl }
    /// The rule it comes from, then rules that could match its packets and decide none of them: ACL
    /// names of the profile, or `default-in`, `default-out`, `published`.
    package var origins: [String] { storage.origins }
    /// Whether it decides what no ACL of the profile matches.
    package var isCatchAll: Bool { storage.isCatchAll }

    package static func == (left: Self, right: Self) -> Bool {
      left.storage === right.storage
        || left.acl == right.acl && left.origins == right.origins && left.isCatchAll == right.isCatchAll
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(acl) }
  }

  package var entries: [Entry] = []
  /// The directions whose default the profile states.
  package var statedDefaults: Set<Direction> = []
  /// The rules whose blocks Windows Firewall does not carry in full, each name once.
  ///
  /// There they would need too many rules; VFP carries them. Only on cells with both points.
  package var carriedByVFPOnly: [String] = []

  package init() {}
}

extension DesiredHost {
  /// Wants nothing of this profile on the host any more.
  package mutating func removeEverything() {
    networks = []
    endpoints = []
    hostProcessPods = []
  }
}

extension DesiredHost {
  /// Where the profile states the network or endpoint that an object belongs to.
  package func place(of id: GUID) -> Place? {
    networks.first { $0.id == id }?.place ?? endpoints.first { $0.id == id || $0.namespaceId == id }?.place
  }
}
