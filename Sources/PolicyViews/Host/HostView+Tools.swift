import HNSEmulator
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan

/// The host as hnsdiag and ipconfig show it (reference: hns, 8.1 and 10.4; windows-firewall-and-vfp, 1.2).
extension HostView {
  /// The four tables of `hnsdiag list all`.
  ///
  /// Names are padded to 16 columns, and longer ones shift the rest.
  var hnsdiagLines: [String] {
    var lines = ["Networks:", "Name             ID"]
    for network in inventory.networks {
      lines.append("\(padded(printable(network.name), 16)) \(network.id.uppercase)")
    }
    lines += ["", "Endpoints:", "Name             ID                                   Virtual Network Name"]
    for endpoint in inventory.endpoints {
      let network = printable(networkName(endpoint.network) ?? "")
      lines.append("\(padded(printable(endpoint.name), 16)) \(endpoint.id.lowercase) \(network)")
    }
    lines += ["", "Namespaces:", "ID                                   | Endpoint IDs"]
    for namespace in inventory.namespaces {
      let members = namespace.endpoints.map(\.lowercase).joined(separator: " ")
      lines.append("\(namespace.id.uppercase) | \(members)")
    }
    return lines + [""] + loadBalancerTable
  }

  /// The table of load balancers of hnsdiag.
  var loadBalancerTable: [String] {
    ["LoadBalancers:", "ID                                   | Virtual IPs      | Direct IP IDs"]
      + balancers.map { balancer in
        let addresses = balancer.frontendVIPs.map(\.description).joined(separator: " ")
        let padding = String(repeating: " ", count: max(0, 16 - addresses.count))
        let backends = balancer.endpoints.map(\.lowercase).joined(separator: " ")
        return "\(balancer.id.lowercase) |  \(addresses)\(padding)| \(backends)"
      }
  }

  /// Every object as `hnsdiag list all -d` prints it: documents of schema 1.
  var hnsdiagDocuments: [JSON] {
    inventory.networks.map { olderDocument(.network, $0.id) }
      + inventory.endpoints.map { olderDocument(.endpoint, $0.id) }
      + inventory.namespaces.map { olderDocument(.namespace, $0.id) } + loadBalancerDocuments
  }

  // MARK: ipconfig

  /// An adapter with its addresses, as a block of ipconfig.
  private struct Adapter {
    var name: String
    var suffix: String
    var addresses: [IPConfiguration]
    var gateways: [String]
  }

  /// `ipconfig /allcompartments`, called in the host's own compartment.
  ///
  /// The prefix length of the node's own addresses is unknown, so their subnet mask is left out.
  var ipconfigLines: [String] {
    let rule = String(repeating: "=", count: 78)
    return ["", "Windows IP Configuration", ""]
      + hostCompartments.flatMap { compartment -> [String] in
        let active = compartment.id == 1 ? " (ACTIVE)" : ""
        return ["", rule, "Network Information for Compartment \(compartment.id)\(active)", rule]
          + adapters(of: compartment).flatMap(Self.lines)
      }
  }

  private static func lines(_ adapter: Adapter) -> [String] {
    func field(_ label: String, _ value: String) -> String { "   \(label): \(printable(value))" }
    var lines = ["", "Ethernet adapter \(printable(adapter.name)):", ""]
    lines.append(field("Connection-specific DNS Suffix  . ", adapter.suffix))
    for configuration in adapter.addresses {
      let isIPv4 = configuration.address.family == .ipv4
      lines.append(
        field(
          isIPv4 ? "IPv4 Address. . . . . . . . . . . " : "IPv6 Address. . . . . . . . . . . ",
          "\(configuration.address)"))
      if isIPv4, configuration.length > 0 {
        lines.append(field("Subnet Mask . . . . . . . . . . . ", mask(configuration.length)))
      }
    }
    for (index, gateway) in (adapter.gateways.isEmpty ? [""] : adapter.gateways).enumerated() {
      lines.append(
        index == 0
          ? field("Default Gateway . . . . . . . . . ", gateway)
          : String(repeating: " ", count: 39) + printable(gateway))
    }
    return lines
  }

  private static func mask(_ length: Int) -> String {
    (0..<4).map { byte in "\((0..<8).reduce(0) { $0 << 1 | (byte * 8 + $1 < length ? 1 : 0) })" }
      .joined(separator: ".")
  }

  private func adapters(of compartment: Compartment) -> [Adapter] {
    guard compartment.id == 1 else {
      return inventory.endpoints.filter { $0.namespace == compartment.namespace && $0.namespace != nil }
        .map { record in
          Adapter(
            name: "vEthernet (\(record.name))", suffix: record.dnsSearch.first ?? "",
            addresses: record.endpoint.addresses, gateways: record.gateways)
        }
    }
    let configuration = service.configuration
    let names = configuration.adapters.isEmpty ? ["Ethernet"] : configuration.adapters
    return names.enumerated().map { index, name in
      Adapter(
        name: name, suffix: configuration.dns.suffixes.first ?? "",
        addresses: index == 0 ? configuration.addresses.map { IPConfiguration(address: $0) } : [],
        gateways: [])
    }
  }

  /// The compartments and adapters as JSON.
  var ipconfigDocuments: [JSON] {
    hostCompartments.map { compartment in
      [
        "compartmentId": .number(compartment.id),
        "adapters": .array(
          adapters(of: compartment).map { adapter in
            [
              "name": .string(adapter.name), "dnsSuffix": .string(adapter.suffix),
              "addresses": .array(adapter.addresses.map(\.document)), "gateways": .strings(adapter.gateways),
            ]
          }),
      ]
    }
  }
}
