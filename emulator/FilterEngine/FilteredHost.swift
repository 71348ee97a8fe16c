public import HostModel
public import NetworkTypes

/// A host whose filters can be evaluated: the contents of its dataplane, independent of their origin.
public protocol FilteredHost: Sendable {
  /// The Windows build.
  var build: WindowsBuild { get }
  /// The assumptions where the sources disagree or are silent.
  var assumptions: Assumptions { get }
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

  /// The same host under other assumptions.
  ///
  /// - Parameter assumptions: The assumptions.
  func under(_ assumptions: Assumptions) -> any FilteredHost
}
