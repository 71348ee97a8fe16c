extension Assumptions {
  /// Whether the profiles of a host's own firewall apply in the compartments of containers.
  public enum HostProfileScope: String, AssumptionValue {
    case unknown
    case host
    case everywhere

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .unknown: "a verdict that depends on it is reported as unknown"
      case .host:
        "the settings of profiles apply to the host's own compartment; in those of containers the platform's "
          + "default actions apply"
      case .everywhere: "the settings of the profile of its interface apply to a container"
      }
    }
  }

  /// Whether a port can be published twice on 1703 and 1803.
  public enum PublishedTwice: String, AssumptionValue {
    case refused
    case accepted

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .refused:
        "a port published twice is refused on 1703 as on 1607 (0x80071392), and on 1803 as on 1809 (0x803b0013)"
      case .accepted: "it is accepted on both as on 1709, and the older endpoint receives the traffic"
      }
    }
  }

  /// Whether an endpoint of another host can have the address of one of this host.
  public enum RemoteAddresses: String, AssumptionValue {
    case shared
    case unique

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .shared:
        "an endpoint of another host and one of this host can have one address on every network and build"
      case .unique:
        "they can only on l2bridge networks of Windows Server 2019 and 2022; elsewhere 0x803b002f is returned"
      }
    }
  }

  /// Whether networks other than nat can have IPv4 and IPv6 subnets before version 2004.
  public enum DualStackBefore2004: String, AssumptionValue {
    case accepted
    case refused

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .accepted: "networks can have IPv4 and IPv6 subnets on every build; clients check before they try"
      case .refused: "before HNS 11.10 such networks are refused (0x803b0032), except nat from 1809 on"
      }
    }
  }

  /// The case of endpoint ids in load balancers.
  public enum LoadBalancerEndpoints: String, AssumptionValue {
    case upper
    case lower

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .upper:
        "endpoint ids in load balancers are in upper case, which every version of kube-proxy recognizes"
      case .lower: "they are in lower case, as in endpoints"
      }
    }
  }

  /// What a load balancer answers that already existed when the service restarted.
  public enum RestartedLoadBalancers: String, AssumptionValue {
    case restored
    case restoring

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .restored:
        "load balancers are restored at once: the same one again is refused as before (0x803b0013)"
      case .restoring: "the same one again is refused with 0x800700b7 until the first is deleted or changed"
      }
    }
  }

  /// Whether overlay networks have a distributed router in a compartment before Windows Server 2022.
  public enum RouterCompartment: String, AssumptionValue {
    case from2022
    case everyBuild

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .from2022: "hosts with overlay networks have the compartment 'DR' from Windows Server 2022 on"
      case .everyBuild: "they have it on every build"
      }
    }
  }

  /// What Windows Firewall contains where the source of a captured host does not say it.
  public enum FirewallContents: String, AssumptionValue {
    case captured
    case defaults

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .captured: "only what the source of a captured host contains; a verdict that needs more is unknown"
      case .defaults:
        "what the source lacks is as the platform sets it up: no rules but its own, and default profiles; "
          + "rules that the source contains count as they are"
      }
    }
  }

  /// Which VFP layers the ports of l2bridge and l2tunnel networks have.
  public enum BridgeLayers: String, AssumptionValue {
    case withoutEncapsulation
    case asOnOverlay

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .withoutEncapsulation:
        "ports of l2bridge and l2tunnel networks have the layers of overlay ports that do not encapsulate"
      case .asOnOverlay: "they have the same layers as those of overlay networks"
      }
    }
  }
}
