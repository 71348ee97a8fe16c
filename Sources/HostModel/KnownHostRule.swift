/// A rule of Windows Firewall that Windows itself or a common script adds to a container host, by its name
/// (reference: windows-firewall-and-vfp, 4.4, 9 and 10.4).
package enum KnownHostRule: Hashable, Sendable, CaseIterable {
  /// DNS at the gateway of a network, over UDP or TCP.
  case containerDNS
  /// The default of a container's compartment before version 1803.
  case compartment
  /// Traffic between the containers of a nat network of Windows Server 2016.
  case containerICC
  /// VXLAN packets of overlay networks.
  case overlayTraffic

  /// Recognizes a rule; nil for any other.
  ///
  /// - Parameter name: The rule's name.
  package init?(name: String) {
    let starts: [(String, KnownHostRule)] = [
      ("HNS Container Networking - ", .containerDNS), ("Compartment ", .compartment),
      ("Container Enable ICC - ", .containerICC), ("OverlayTraffic4789UDP", .overlayTraffic),
    ]
    guard let known = starts.first(where: { name.hasPrefix($0.0) })?.1 else { return nil }
    self = known
  }
}
