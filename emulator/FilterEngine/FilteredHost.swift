public import HostModel
public import NetworkTypes

/// A host whose filters can be evaluated: the contents of its dataplane, independent of their origin.
public protocol FilteredHost: Sendable {
  /// The Windows build.
  var build: WindowsBuild { get }
  /// The assumptions where the sources disagree or are silent.
  var assumptions: Assumptions { get }
  /// What is not known of the host.
  var gaps: HostGaps { get }
  /// The topology of the host.
  var topology: HostTopology { get }
  /// The firewall of the host's own compartment.
  var hostFirewall: FirewallInstance { get }

  /// The VFP port of an endpoint; nil if it is not attached.
  ///
  /// - Parameter endpoint: The endpoint.
  func switchPort(of endpoint: GUID) -> SwitchPort?

  /// The firewall of an endpoint's compartment; nil if it is not attached.
  ///
  /// - Parameter endpoint: The endpoint.
  func firewall(of endpoint: GUID) -> FirewallInstance?

  /// A key that only endpoints with equal filters share; nil if only the rules themselves can be compared.
  ///
  /// - Parameter endpoint: The endpoint.
  func filterKey(of endpoint: GUID) -> FilterKey?

  /// The same host under other assumptions.
  ///
  /// - Parameter assumptions: The assumptions.
  func under(_ assumptions: Assumptions) -> any FilteredHost
}

extension FilteredHost {
  /// No gaps: everything is known.
  public var gaps: HostGaps { HostGaps() }

  /// No key: rules have to be compared.
  public func filterKey(of endpoint: GUID) -> FilterKey? { nil }
}

/// Identifies the filters of an attached endpoint: endpoints of one host with equal keys have equal filters.
///
/// A key is valid as long as the host exists, because it contains the identity of a list of ACLs.
public struct FilterKey: Hashable, Sendable {
  private let acls: ObjectIdentifier?
  private let mappings: [PortMapping]
  private let network: GUID
  private let isGuest: Bool

  /// Creates a key.
  ///
  /// - Parameters:
  ///   - acls: The list of all ACLs of the endpoint; nil if it has none.
  ///   - mappings: Its published ports.
  ///   - network: Its network.
  ///   - isGuest: Whether it is in a utility VM.
  package init(acls: ACLList?, mappings: [PortMapping], network: GUID, isGuest: Bool) {
    self.acls = acls.map { ObjectIdentifier($0) }
    self.mappings = mappings
    self.network = network
    self.isGuest = isGuest
  }
}
