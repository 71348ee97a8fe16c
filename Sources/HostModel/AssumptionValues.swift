/// A value that an assumption can take: its spelling is the raw value, and the default comes first.
public protocol AssumptionValue: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
  /// What is assumed.
  var meaning: String { get }
}

extension Assumptions {
  /// Whether unmatched traffic is dropped once an endpoint carries ACLs.
  public enum ImplicitDeny: String, AssumptionValue {
    case anyAcl
    case never
    case unknown

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .anyAcl: "once an endpoint carries an ACL, what no rule matches is dropped"
      case .never: "what no rule matches falls to the platform's defaults, ACLs or not"
      case .unknown: "no statement: a verdict that depends on it is reported as unknown"
      }
    }
  }

  /// Whether an ACL in one direction closes the other.
  public enum ImplicitDenyScope: String, AssumptionValue {
    case direction
    case endpoint

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .direction: "an ACL closes only its own direction"
      case .endpoint: "an ACL in either direction closes both"
      }
    }
  }

  /// What an ACL without RuleType is.
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

  /// The inbound default of Hyper-V isolation before version 1709.
  public enum HypervInboundBefore1709: String, AssumptionValue {
    case allow
    case block

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .allow: "Hyper-V isolated containers admit inbound traffic before version 1709 as after it"
      case .block: "they deny it before version 1709, like process isolated ones"
      }
    }
  }

  /// Whether ACLs on nat endpoints act on Windows Server 2025.
  public enum NatAclOnServer2025: String, AssumptionValue {
    case byRevision
    case enforced
    case storedOnly

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .byRevision:
        "enforced from revision 32690 on, or when the revision is not stated; before, only stored"
      case .enforced: "ACLs on nat endpoints are enforced on every revision of build 26100"
      case .storedOnly: "ACLs on nat endpoints are stored and not enforced on build 26100"
      }
    }
  }

  /// Whether a compartment has a firewall rule of its own name.
  public enum CompartmentFirewallRule: String, AssumptionValue {
    case before1803
    case always
    case never

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .before1803:
        "the default of a compartment is a firewall rule 'Compartment N - PORT' before version 1803"
      case .always: "there is such a rule on every build"
      case .never: "there is none on any build"
      }
    }
  }

  /// From which HNS version ACLs take VFP's number for VXLAN.
  public enum Protocol252: String, AssumptionValue {
    case hns11
    case hns9

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .hns11: "ACLs take protocol 252 (VXLAN) from HNS 11.0 on, as clients test it"
      case .hns9: "they take it from HNS 9.3 on, as a comment in the same client says"
      }
    }
  }

  /// How compartments are numbered after one went away.
  public enum CompartmentIds: String, AssumptionValue {
    case neverReused
    case lowestFree

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .neverReused: "the id of a compartment that went away is not given again"
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
      case .typesPresent: "a policy update replaces the policies of the types it names"
      case .all: "a policy update replaces every policy of the endpoint"
      }
    }
  }

  /// What the address members of an ACL mean when they name IP sets.
  public enum SetRoles: String, AssumptionValue {
    case sourceAndDestination
    case localAndRemote

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .sourceAndDestination:
        "with IP sets, LocalAddresses are the sources and RemoteAddresses the destinations, in too"
      case .localAndRemote: "with IP sets, LocalAddresses are the endpoint's side in both directions"
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
      case .listed: "of two ACLs of equal priority the one that stands first in the document decides"
      case .reversed: "the one that stands last decides"
      }
    }
  }

  /// In which order a packet meets VFP and Windows Firewall.
  public enum FilterOrder: String, AssumptionValue {
    case switchOutside
    case firewallOutside

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .switchOutside: "inbound traffic meets VFP first, outbound traffic Windows Firewall first"
      case .firewallOutside: "inbound traffic meets Windows Firewall first, outbound traffic VFP first"
      }
    }
  }

  /// Which source address rules see behind outbound NAT on the same host.
  public enum NatSource: String, AssumptionValue {
    case translated
    case original

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .translated: "the receiver's rules see the source address that outbound NAT put in place"
      case .original: "they see the sender's own address"
      }
    }
  }

  /// Which destination an endpoint's outbound rules see of a published port.
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

  /// Whether two load balancers can answer at one address and port.
  public enum DuplicateLoadBalancer: String, AssumptionValue {
    case refused
    case accepted

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .refused: "a load balancer at an address, protocol and port of another is refused (0x803b0013)"
      case .accepted: "it is taken, and the older one keeps answering"
      }
    }
  }

  /// From which HNS version load balancers can be changed.
  public enum ModifyLoadBalancerSince: String, AssumptionValue {
    case hns15_4 = "hns15.4"
    case hns15_5 = "hns15.5"

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .hns15_4: "load balancers can be changed from HNS 15.4 on, as one client tests it"
      case .hns15_5: "they can from HNS 15.5 on, as another does"
      }
    }
  }

  /// Which networks a restart of the service takes, where no flag says.
  public enum UnflaggedNetworks: String, AssumptionValue {
    case natGoes
    case kept
    case removed

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .natGoes: "of networks without a flag, nat ones go when the service restarts, from 1809 on"
      case .kept: "networks without a flag stay when the service restarts"
      case .removed: "they go when the service restarts"
      }
    }
  }

  /// How documents of schema 1 are laid out.
  public enum V1Layout: String, AssumptionValue {
    case byBuild
    case alphabetical
    case schema

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .byBuild: "schema 1 documents are alphabetical before build 22000, in schema order from then on"
      case .alphabetical: "they are alphabetical on every build, and types are in lower case"
      case .schema: "they are in schema order on every build, and types as documented"
      }
    }
  }

  /// Which id an object gets when a call states two.
  public enum IdentityPrecedence: String, AssumptionValue {
    case argument
    case document

    /// What is assumed.
    public var meaning: String {
      switch self {
      case .argument: "of an id argument and an ID in the document that differ, the argument counts"
      case .document: "the document counts"
      }
    }
  }
}
