/// A value that an assumption can have: its spelling is the raw value, and the default comes first.
public protocol AssumptionValue: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
  /// What is assumed.
  var meaning: String { get }
}

extension Assumptions {
  /// Whether unmatched traffic is blocked once an endpoint has ACLs.
  public enum ImplicitDeny: String, AssumptionValue {
    case anyAcl
    case never
    case unknown

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .anyAcl: "once an endpoint has an ACL, unmatched traffic is blocked"
      case .never: "the platform's default action applies to unmatched traffic, with or without ACLs"
      case .unknown: "a verdict that depends on it is reported as unknown"
      }
    }
  }

  /// Whether an ACL in one direction also blocks unmatched traffic in the other.
  public enum ImplicitDenyScope: String, AssumptionValue {
    case direction
    case endpoint

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .direction: "an ACL blocks unmatched traffic only in its own direction"
      case .endpoint: "an ACL in either direction blocks unmatched traffic in both directions"
      }
    }
  }

  /// The rule type of an ACL without RuleType.
  public enum OmittedRuleType: String, AssumptionValue {
    case byDriver
    case `switch`

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .byDriver: "an ACL without RuleType is Host on nat and transparent, Switch elsewhere"
      case .switch: "an ACL without RuleType is Switch on every driver"
      }
    }
  }

  /// The inbound default action of Hyper-V isolation before version 1709.
  public enum HypervInboundBefore1709: String, AssumptionValue {
    case allow
    case block

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .allow: "Hyper-V isolated containers allow inbound traffic before version 1709, as they do later"
      case .block: "they block it before version 1709, like process isolated ones"
      }
    }
  }

  /// Whether ACLs on nat endpoints take effect on Windows Server 2025.
  public enum NatAclOnServer2025: String, AssumptionValue {
    case byRevision
    case enforced
    case storedOnly

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .byRevision:
        "enforced from revision 32690 on, or if no revision is specified; before, only stored"
      case .enforced: "ACLs on nat endpoints are enforced on every revision of build 26100"
      case .storedOnly: "ACLs on nat endpoints are stored but not enforced on build 26100"
      }
    }
  }

  /// Whether a compartment has a firewall rule named after it.
  public enum CompartmentFirewallRule: String, AssumptionValue {
    case before1803
    case always
    case never

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .before1803:
        "the default action of a compartment is a firewall rule 'Compartment N - PORT' before version 1803"
      case .always: "there is such a rule on every build"
      case .never: "there is none on any build"
      }
    }
  }

  /// The HNS version from which ACLs accept VFP's number for VXLAN.
  public enum Protocol252: String, AssumptionValue {
    case hns11
    case hns9

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .hns11: "ACLs accept protocol 252 (VXLAN) from HNS 11.0 on, as clients check"
      case .hns9: "they accept it from HNS 9.3 on, as a comment in the same client says"
      }
    }
  }

  /// How compartments are numbered after one is deleted.
  public enum CompartmentIDs: String, AssumptionValue {
    case neverReused
    case lowestFree

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .neverReused: "the id of a deleted compartment is not reused"
      case .lowestFree: "a new compartment gets the lowest free id"
      }
    }
  }

  /// What a policy update request replaces.
  public enum PolicyUpdateScope: String, AssumptionValue {
    case typesPresent
    case all

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .typesPresent: "a policy update replaces the policies of the types it contains"
      case .all: "a policy update replaces every policy of the endpoint"
      }
    }
  }

  /// What the address members of an ACL mean when they refer to IP sets.
  public enum IPSetRoles: String, AssumptionValue {
    case sourceAndDestination
    case localAndRemote

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .sourceAndDestination:
        "with IP sets, LocalAddresses are the sources and RemoteAddresses the destinations, even for In"
      case .localAndRemote: "with IP sets, LocalAddresses are the endpoint's addresses in both directions"
      }
    }
  }

  /// Which of two ACLs of equal priority decides.
  public enum EqualPriority: String, AssumptionValue {
    case listed
    case reversed

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .listed: "of two ACLs of equal priority, the first one in the document decides"
      case .reversed: "the last one decides"
      }
    }
  }

  /// The order in which VFP and Windows Firewall filter a packet.
  public enum FilterOrder: String, AssumptionValue {
    case vfpOuter = "switchOutside"
    case firewallOuter = "firewallOutside"

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .vfpOuter:
        "VFP filters inbound traffic first, Windows Firewall filters outbound traffic first"
      case .firewallOuter:
        "Windows Firewall filters inbound traffic first, VFP filters outbound traffic first"
      }
    }
  }

  /// Whether Host ACLs become rules of Windows Firewall.
  public enum HostAclRules: String, AssumptionValue {
    case firewallRules
    case filters

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .firewallRules: "a Host ACL becomes a rule of Windows Firewall for each of its protocols"
      case .filters: "it becomes filters that the tools for Windows Firewall do not list; verdicts are equal"
      }
    }
  }

  /// Whose packets the Host ACLs of an endpoint filter if its compartment has others.
  public enum HostACLScope: String, AssumptionValue {
    case endpoint
    case compartment

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .endpoint: "Host ACLs and the rules of published ports filter only their own endpoint's packets"
      case .compartment: "they filter the packets of every endpoint in the compartment"
      }
    }
  }

  /// Which source address the receiver's rules see after outbound NAT on the same host.
  public enum NatSource: String, AssumptionValue {
    case translated
    case original

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .translated: "the receiver's rules see the translated source address"
      case .original: "they see the sender's original address"
      }
    }
  }

  /// Which destination an endpoint's outbound rules see for a published port.
  public enum PublishedDestination: String, AssumptionValue {
    case published
    case container

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .published: "the sender's rules see the published address and port"
      case .container: "they see the address and port of the container behind it"
      }
    }
  }

  /// Which destination VFP's outbound rules see for a service.
  public enum ServiceDestination: String, AssumptionValue {
    case byKind
    case backend
    case vip

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .byKind:
        "Switch ACLs of a client see the backend of a load balancer with direct server return, and the service's address otherwise"
      case .backend: "they see the backend's address and port in any case"
      case .vip: "they see the service's address and port in any case"
      }
    }
  }

  /// Whether two load balancers can have the same address and port.
  public enum DuplicateLoadBalancer: String, AssumptionValue {
    case refused
    case accepted

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .refused: "a load balancer with the address, protocol and port of another is refused (0x803b0013)"
      case .accepted: "a second one is accepted, but the older one still receives the traffic"
      }
    }
  }

  /// Whether a load balancer is refused for whose ports no dynamic ports are left.
  public enum ExhaustedPortBlocks: String, AssumptionValue {
    case refused
    case accepted

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .refused:
        "a load balancer without direct server return is refused (0x803b0013) if no block of 64 dynamic ports is left"
      case .accepted: "it is accepted, as if load balancers shared their blocks"
      }
    }
  }

  /// The HNS version from which load balancers can be changed.
  public enum ModifyLoadBalancerSince: String, AssumptionValue {
    case hns15_4 = "hns15.4"
    case hns15_5 = "hns15.5"

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .hns15_4: "load balancers can be changed from HNS 15.4 on, as one client checks"
      case .hns15_5: "they can be changed from HNS 15.5 on, as another client checks"
      }
    }
  }

  /// Which networks without a flag a restart of the service removes.
  public enum UnflaggedNetworks: String, AssumptionValue {
    case natGoes
    case kept
    case removed

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .natGoes: "nat networks without a flag are removed when the service restarts, from 1809 on"
      case .kept: "networks without a flag are kept when the service restarts"
      case .removed: "they are removed when the service restarts"
      }
    }
  }

  /// Whether a new endpoint joins the namespace that its document names.
  public enum NamespaceOnCreate: String, AssumptionValue {
    case joined
    case ignored

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .joined: "it joins it, as a test of hcsshim expects that the namespace is read back"
      case .ignored: "the member is read-only; endpoints are added to namespaces by a request"
      }
    }
  }

  /// The namespace in the document of an endpoint that is in none.
  public enum UnattachedNamespace: String, AssumptionValue {
    case bySchema
    case zeros
    case omitted

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .bySchema:
        "all zeros if a client of schema 1 made or attached it, as docker does; otherwise the member is left out"
      case .zeros: "all zeros"
      case .omitted: "the member is left out"
      }
    }
  }

  /// How schema 1 documents are laid out.
  public enum V1Layout: String, AssumptionValue {
    case byBuild
    case alphabetical
    case schema

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .byBuild:
        "schema 1 documents are alphabetical, with Resources last from HNS 10.3 on; endpoints are in schema order from HNS 13.3 on"
      case .alphabetical: "they are alphabetical on every build"
      case .schema: "they are in schema order on every build"
      }
    }
  }

  /// Which id an object gets if a call specifies two.
  public enum IdentityPrecedence: String, AssumptionValue {
    case argument
    case document

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .argument: "if the id argument and the ID in the document differ, the argument is used"
      case .document: "the ID in the document is used"
      }
    }
  }
}
