package import HostModel
package import NetworkTypes

/// What sources say about a host beside the objects of HNS and its firewall.
package struct CapturedFacts: Sendable {
  /// The interfaces of all compartments with their addresses.
  package var interfaces: [Stated<CapturedInterface>] = []
  /// The names of network adapters.
  package var adapters: [String] = []
  /// The DNS servers of the host's own interfaces, in order.
  package var dnsServers: [IPAddress] = []
  /// The DNS suffixes of the host, in order.
  package var dnsSuffixes: [String] = []
  /// The ports on which processes of the host listen at other addresses than loopback.
  package var listens: [HostPorts] = []
  /// The ranges of ports that Windows excludes.
  package var excludedPorts: [HostPorts] = []
  /// Whether a source lists all compartments.
  package var listsCompartments = false

  /// Nothing.
  package init() {}
}

/// An interface of a host as ipconfig and Get-NetIPAddress show it.
package struct CapturedInterface: Hashable, Sendable {
  /// The name, without the words for its kind.
  package var name: String
  /// The number by which other cmdlets name it; nil if the source has none.
  package var index: Int?
  /// The compartment; nil if the source does not say.
  package var compartment: UInt32?
  /// The addresses.
  package var addresses: [IPAddress]

  /// Makes an interface.
  package init(name: String, index: Int? = nil, compartment: UInt32? = nil, addresses: [IPAddress] = []) {
    self.name = name
    self.index = index
    self.compartment = compartment
    self.addresses = addresses
  }
}

extension CapturedFacts {
  /// The addresses of the interfaces in the host's own compartment, without those of loopback and link-local ones.
  ///
  /// - Parameter compartments: The compartments that the sources list.
  func hostAddresses(_ compartments: ListedCompartments) -> [IPAddress] {
    interfaces.flatMap { stated in
      stated.value.addresses.filter { address in
        address.special == nil && !Self.linkLocal.contains(where: { $0.contains(address) })
          && compartments.holding(address).contains { $0.value == 1 }
      }
    }
  }

  /// 169.254.0.0/16 and fe80::/10, which no other host reaches through a router.
  private static let linkLocal = [
    IPPrefix(containing: IPAddress(.ipv4, 0xa9fe_0000), length: 16),
    IPPrefix(containing: IPAddress(.ipv6, 0xfe80 << 112), length: 10),
  ]
}

extension Array where Element: Equatable {
  /// Adds an element that is not there yet.
  mutating func addOnce(_ element: Element) { if !contains(element) { append(element) } }
}
