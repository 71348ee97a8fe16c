public import HostModel
public import NetworkTypes

/// A host whose filters can be asked: what its dataplane holds, and nothing of how it came there.
public protocol FilteredHost: Sendable {
  /// The Windows build.
  var build: WindowsBuild { get }
  /// The named choices where the sources disagree or are silent.
  var assumptions: Assumptions { get }
  /// What is where on the host.
  var topology: HostTopology { get }
  /// The firewall of the host's own compartment.
  var hostFirewall: FirewallInstance { get }

  /// The VFP port of an endpoint; nil when it is not attached.
  ///
  /// - Parameter endpoint: The endpoint.
  func switchPort(of endpoint: GUID) -> SwitchPort?

  /// The firewall of an endpoint's compartment; nil when it is not attached.
  ///
  /// - Parameter endpoint: The endpoint.
  func firewall(of endpoint: GUID) -> FirewallInstance?

  /// The same host under other choices.
  ///
  /// - Parameter assumptions: The named choices.
  func under(_ assumptions: Assumptions) -> any FilteredHost
}
