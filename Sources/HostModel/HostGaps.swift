public import NetworkTypes

/// What is not known of a host, because the source that it was read from does not contain it.
///
/// A real host is captured with tools that each show a part of it. Nothing is guessed: what depends on a missing
/// part is unknown, and the gap is the reason.
public struct HostGaps: Hashable, Sendable {
  /// What is not known of Windows Firewall on the host; nil if nothing.
  public var firewall: FirewallGap?
  /// What is not known of endpoints, by id; endpoints without gaps are not listed.
  public var endpoints: [GUID: [EndpointGap]]
  /// Objects of the host that exist there and not here.
  public var missing: [MissingObject]
  /// Parts of the source that were not understood, as they stand there, and those that it does not have.
  public var unread: [UnreadPart]

  /// Makes gaps; by default everything is known.
  ///
  /// - Parameters:
  ///   - firewall: What is not known of Windows Firewall.
  ///   - endpoints: What is not known of endpoints, by id.
  ///   - missing: Objects of the host that exist there and not here.
  ///   - unread: Parts of the source that were not understood.
  public init(
    firewall: FirewallGap? = nil, endpoints: [GUID: [EndpointGap]] = [:], missing: [MissingObject] = [],
    unread: [UnreadPart] = []
  ) {
    self.firewall = firewall
    self.endpoints = endpoints.filter { !$0.value.isEmpty }
    self.missing = missing
    self.unread = unread
  }

  /// Whether everything is known.
  public var isEmpty: Bool {
    firewall == nil && endpoints.isEmpty && missing.isEmpty && unread.isEmpty
  }

  /// Adds a gap of an endpoint, once.
  ///
  /// - Parameters:
  ///   - gap: The gap.
  ///   - endpoint: The endpoint.
  public mutating func add(_ gap: EndpointGap, to endpoint: GUID) {
    if endpoints[endpoint]?.contains(gap) != true { endpoints[endpoint, default: []].append(gap) }
  }

  /// The gap of Windows Firewall in a compartment, unless an assumption closes it.
  ///
  /// A utility VM has a firewall of its own, which the host's tools do not list and which cannot be configured
  /// (reference: windows-firewall-and-vfp, 0).
  ///
  /// - Parameters:
  ///   - stack: The stack of the compartment.
  ///   - assumptions: The assumptions; `firewall` decides.
  /// - Returns: The gap; nil if nothing is missing.
  public func firewall(of stack: Compartment.Stack, under assumptions: Assumptions) -> FirewallGap? {
    guard case .host = stack, assumptions.firewall == .captured else { return nil }
    return firewall
  }
}

/// What is not known of Windows Firewall on a host.
public enum FirewallGap: String, Hashable, Sendable, CaseIterable {
  /// The rules, and with them the profiles.
  ///
  /// A packet that a Block ACL matches is still blocked: block overrides allow (reference:
  /// windows-firewall-and-vfp, 2.1).
  case rules
  /// Some of the rules: the source has more of them than could be read.
  case unreadRules
}

/// An object of a host that could not be taken over: what happens to packets to and from its addresses is not
/// known.
public struct MissingObject: Hashable, Sendable {
  /// What the object is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case endpoint
    /// It takes packets that endpoints and the host send to its addresses.
    case loadBalancer
  }

  /// What the object is.
  public var kind: Kind
  /// The id.
  public var id: GUID
  /// The name; empty if it has none.
  public var name: String
  /// Its addresses; none if they are not known, so that any may be one of them.
  public var addresses: [IPAddress]
  /// Why it was not taken over.
  public var reason: String

  /// Makes an object.
  ///
  /// - Parameters:
  ///   - kind: What the object is.
  ///   - id: The id.
  ///   - name: The name.
  ///   - addresses: Its addresses; none if they are not known.
  ///   - reason: Why it was not taken over.
  public init(_ kind: Kind, id: GUID, name: String, addresses: [IPAddress], reason: String) {
    self.kind = kind
    self.id = id
    self.name = name
    self.addresses = addresses
    self.reason = reason
  }
}

/// Something that is not known of an endpoint.
public struct EndpointGap: Hashable, Sendable {
  /// What kind of part is missing.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Whether its container is process or Hyper-V isolated.
    case isolation
    /// A part that the program which wrote the source cut off, such as `@{Type=ACL}` in place of an object.
    case cut
    /// A policy of a type that this program does not know.
    case unknownPolicy
    /// A policy that is invalid on the host's build.
    case invalidPolicy
    /// An ACL with a member that this program does not know.
    case unknownMember
    /// A member with different values in two parts of the source.
    case contradiction
    /// The rules that VFP holds, because those captured are not those that the documents give.
    case vfpRules
    /// A part, such as an address, that could not be taken over.
    case refused
    /// The number of its compartment, on which rules of Windows Firewall depend.
    case compartment
  }

  /// What kind of part is missing.
  public var kind: Kind
  /// The member or the type of policy; empty if the kind says it all.
  public var subject: String
  /// Why the part was not taken, if the kind does not say it; empty otherwise.
  public var reason: String

  /// Whether what a component does with packets depends on the missing part.
  ///
  /// - Parameter enforcement: The component; nil for any.
  package func affects(_ enforcement: EnforcementPoint?) -> Bool {
    switch enforcement {
    case nil: true
    case .windowsFirewall: kind != .vfpRules
    // VFP filters at the port, whatever compartment is behind it.
    case .vfp: kind != .compartment
    }
  }

  /// Makes a gap.
  ///
  /// - Parameters:
  ///   - kind: What kind of part is missing.
  ///   - subject: The member or the type of policy.
  ///   - reason: Why the part was not taken.
  public init(_ kind: Kind, _ subject: String = "", reason: String = "") {
    self.kind = kind
    self.subject = subject
    self.reason = reason
  }
}

/// Any gap of a host.
public enum HostGap: Hashable, Sendable {
  /// One of Windows Firewall.
  case firewall(FirewallGap)
  /// One of an endpoint.
  case endpoint(EndpointGap)
  /// An object that could not be taken over.
  case missing(MissingObject)
  /// Whether rules of Windows Firewall match depends on what a packet does not show, or which profile applies is
  /// not known: single packets can be traced and hosts compared, but nothing is proven of all packets.
  case uncertainFirewall
}

/// A part of a source that was not understood, or that the source says it does not have.
public struct UnreadPart: Hashable, Sendable {
  /// Where it stands: the file, with the line where it is known.
  public var place: String
  /// Why it was not understood; what is missing, if there is no part.
  public var reason: String
  /// The part, as it stands there; nil if the source does not have it.
  public var text: String?

  /// Makes a part.
  ///
  /// - Parameters:
  ///   - place: Where it stands.
  ///   - reason: Why it was not understood, or what is missing.
  ///   - text: The part, as it stands there; nil if the source does not have it.
  public init(place: String, reason: String, text: String?) {
    self.place = place
    self.reason = reason
    self.text = text
  }
}
