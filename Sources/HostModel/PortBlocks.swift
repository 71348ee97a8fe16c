public import NetworkTypes

/// The blocks of dynamic ports of a host that load balancers without direct server return reserve, for one
/// protocol.
///
/// They take ports from 49152 to 65535 in blocks of 64, and a host runs out of them from some hundred services
/// on. How many blocks a load balancer takes is not documented: see ``HostComputeLoadBalancer/neededBlocks``.
/// A block is available if no process, exclusion or published port takes any of its ports
/// (reference: windows-firewall-and-vfp, 10.2 and 10.5).
public struct PortBlocks: Hashable, Sendable {
  /// The number of ports in a block.
  public static let size = 64
  /// The dynamic ports.
  public static let dynamicPorts = PortRange(49152, 65535)
  /// Microsoft's checker reports a host as healthy if it has more free blocks.
  public static let healthyFree = 10

  /// TCP or UDP.
  public var `protocol`: IPProtocol
  /// The blocks that are not taken by others.
  public var available: Int
  /// The blocks that the load balancers of the host need.
  public var needed: Int

  /// Makes the count of a protocol.
  ///
  /// - Parameters:
  ///   - protocol: TCP or UDP.
  ///   - available: The blocks that are not taken by others.
  ///   - needed: The blocks that the load balancers of the host need.
  public init(`protocol`: IPProtocol, available: Int, needed: Int) {
    self.protocol = `protocol`
    self.available = available
    self.needed = needed
  }

  /// Counts the blocks of a host.
  ///
  /// - Parameters:
  ///   - protocol: TCP or UDP.
  ///   - held: The ports that processes of the host listen on, and those that Windows excludes.
  ///   - published: The published ports.
  ///   - balancers: The load balancers.
  package init(
    _ `protocol`: IPProtocol, held: some Sequence<HostPorts>, published: some Sequence<PortMapping>,
    balancers: some Sequence<HostComputeLoadBalancer>
  ) {
    let held = held.lazy.filter { $0.protocol == `protocol` }.map(\.ports)
    let published = published.lazy.filter { $0.protocol == `protocol` }.map { PortRange($0.externalPort) }
    self.init(
      protocol: `protocol`, available: Self.available(besides: Array(held) + Array(published)),
      needed: balancers.reduce(0) { $0 + $1.neededBlocks(`protocol`) })
  }

  /// The blocks none of whose ports is taken.
  ///
  /// - Parameter taken: The ports that processes, exclusions and published ports take.
  public static func available(besides taken: some Sequence<PortRange>) -> Int {
    let first = Int(dynamicPorts.lower)
    var isTaken = [Bool](repeating: false, count: (Int(dynamicPorts.upper) - first + 1) / size)
    for range in taken where range.upper >= dynamicPorts.lower {
      for block in (Int(max(range.lower, dynamicPorts.lower)) - first) / size...(Int(range.upper) - first)
        / size
      {
        isTaken[block] = true
      }
    }
    return isTaken.count { !$0 }
  }

  /// What is wrong, as a sentence: blocks are missing, or few are left; nil if there are enough.
  public var problem: String? {
    guard needed > 0, free <= Self.healthyFree else { return nil }
    let name = `protocol` == .tcp ? "TCP" : "UDP"
    let range = "\(Self.dynamicPorts.lower) to \(Self.dynamicPorts.upper)"
    let need =
      "load balancers without direct server return need \(needed) blocks of \(Self.size) \(name) ports"
    return missing > 0
      ? "\(need), but from \(range) only \(available) are available"
      : "\(need); from \(range) only \(free) are left"
  }

  /// The blocks that are left.
  public var free: Int { max(0, available - needed) }

  /// The blocks that load balancers need and do not get.
  public var missing: Int { max(0, needed - available) }
}

extension HostComputeLoadBalancer {
  /// The blocks of dynamic ports that the load balancer reserves: none with direct server return, otherwise one
  /// for each of its addresses and ports, which is this project's choice.
  ///
  /// - Parameter protocol: TCP or UDP.
  package func neededBlocks(_ `protocol`: IPProtocol) -> Int {
    guard flags & Self.directServerReturnFlag == 0 else { return 0 }
    return ports.count { $0.protocol == UInt32(`protocol`.number) } * max(1, frontendVIPs.count)
  }
}
