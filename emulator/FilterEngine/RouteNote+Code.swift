extension RouteNote {
  /// The stable name of the kind of note, for programs.
  package var code: String {
    switch self {
    case .sameCompartment: "same-compartment"
    case .loopback: "loopback"
    case .severalReceivers: "several-receivers"
    case .groupNotTranslated: "group-not-translated"
    case .publishedPort: "published-port"
    case .translatedSource: "translated-source"
    case .unknownTranslation: "unknown-translation"
    case .behindNAT: "behind-nat"
    case .betweenNetworks: "between-networks"
    case .natCarriesPortsOnly: "nat-carries-ports-only"
    case .hostCannotReachPublishedPort: "host-cannot-reach-published-port"
    case .providerNetwork: "provider-network"
    case .unheldAddress: "unheld-address"
    case .remoteEndpoint: "remote-endpoint"
    case .containerNotStarted: "container-not-started"
    case .aclsDoNotBindIPv6: "acls-do-not-bind-ipv6"
    case .aclsNotEnforced: "acls-not-enforced"
    case .ruleTypesNotEnforced: "rule-types-not-enforced"
    case .notPublished: "not-published"
    case .hostFirewall: "host-firewall"
    case .unknownAddress: "unknown-address"
    case .hostSendsFrom: "host-sends-from"
    case .foreignICMP: "foreign-icmp"
    case .noBackends: "no-backends"
    case .sessionAffinity: "session-affinity"
    case .portNotBalanced: "port-not-balanced"
    case .backendNotAttached: "backend-not-attached"
    case .unknownServiceSource: "unknown-service-source"
    case .hairpin: "hairpin"
    case .encapsulated: "encapsulated"
    case .hostRoute: "host-route"
    }
  }
}
