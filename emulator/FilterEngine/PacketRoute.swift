package import HostModel
package import NetworkTypes

/// Who meets a packet on its way, and what each end's filters see of it.
///
/// Routing itself is not judged: a packet is taken to arrive unless a filter blocks it, and what speaks
/// against that is told beside the verdict.
package struct PacketRoute: Sendable {
  /// Where an end of a packet is.
  package enum Place: Hashable, Sendable {
    /// Outside the host.
    case outside
    /// In the host's own compartment.
    case host
    /// In the compartment of an endpoint.
    case endpoint(Int)
  }

  /// Where the packet comes from.
  package var sender: Place
  /// Where it goes.
  package var receiver: Place
  /// The packet as the sender's filters see it.
  package var sent: Packet
  /// The packet as the receiver's filters see it.
  package var received: Packet
  /// The published port that leads to the receiver.
  package var published: PortMapping?
  /// The destination before a published port led on.
  package var destination: IPAddress
  /// The source address that outbound NAT puts in place.
  package var translatedSource: IPAddress?
  /// Whether both ends are in one compartment, where nothing is filtered; what goes to a published port
  /// leaves it and comes back.
  package var isLoopback = false
}
