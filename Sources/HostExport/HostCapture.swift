package import HNSEmulator
import HostModel
package import JSONText
import NetworkTypes

/// A host as the script of `hnsctl capture-script` writes it; see `host-capture.md`.
///
/// It stands in for that script where there is no Windows: an emulated host becomes the file that a real one in the
/// same state would give, as far as the emulator knows it. What it does not know is in the list of what could not be
/// read.
package struct HostCapture {
  /// The documents to write.
  package enum Schema: Sendable, CaseIterable {
    case v1, v2
  }

  private let service: HostNetworkingService

  /// Prepares to write a host.
  ///
  /// - Parameter service: The host.
  package init(_ service: HostNetworkingService) { self.service = service }

  /// The file.
  ///
  /// - Parameter schemas: The documents of HNS that it holds; the script writes all that the build has.
  package func document(_ schemas: [Schema] = Schema.allCases) -> JSON {
    let configuration = service.configuration
    let hasV2 = configuration.build.hnsVersion.has(.apiV2)
    var unread: [JSON] = []
    func miss(_ section: String, _ error: String) {
      unread.append(["section": .string(section), "error": .string(error)])
    }
    var capture = JSONObject([.init("kind", "HostCapture"), .init("formatVersion", 1)])
    capture.append("windows", windows)
    let version = configuration.build.hnsVersion
    capture.append("hns", ["version": ["Major": .number(version.major), "Minor": .number(version.minor)]])
    if schemas.contains(.v1) {
      capture.append(
        "v1",
        [
          "networks": older(.network), "endpoints": older(.endpoint), "namespaces": older(.namespace),
          "policyLists": older(.loadBalancer),
        ])
    } else {
      miss("v1", "left out")
    }
    if schemas.contains(.v2), hasV2 {
      capture.append(
        "v2",
        [
          "networks": newer(.network), "endpoints": newer(.endpoint), "namespaces": newer(.namespace),
          "loadBalancers": newer(.loadBalancer),
        ])
    } else {
      miss("v2", hasV2 ? "left out" : "computenetwork.dll has no documents of schema 2 on this build")
    }
    capture.append("compartments", compartments)
    capture.append("interfaces", interfaces)
    capture.append("addresses", addresses)
    capture.append(
      "adapters",
      .array(
        configuration.adapters.map { name in
          ["Name": .string(name), "InterfaceDescription": .string(name), "MacAddress": "", "Status": "Up"]
        }))
    if let firewall = service.listedFirewall() {
      capture.append("firewall", FirewallCapture(firewall).document)
      if let profiles = firewall.activeProfiles { capture.append("connections", connections(profiles)) }
    } else {
      miss("firewall", "the source of the host has no rules of Windows Firewall")
    }
    capture.append("ports", ports)
    capture.append("dns", dns)
    if capture["connections"] == nil { miss("connections", "the host is emulated") }
    capture.append("vfp", vfp)
    capture.append("unread", .array(unread))
    return .object(capture)
  }

  private var windows: JSON {
    let build = service.configuration.build
    var object = JSONObject([.init("build", .number(build.build))])
    if let revision = build.revision { object.append("revision", .number(revision)) }
    object.append("installationType", "Server")
    return .object(object)
  }

  /// The ports, and for each the reply with all of its layers at once.
  private var vfp: JSON {
    func text(_ lines: [String]) -> JSON { .string(lines.map { $0 + "\r\n" }.joined()) }
    let ports = service.vfpPorts
    let names = Dictionary(
      service.topology.networks.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let listing: JSON = [
      "command": "vfpctrl /list-vmswitch-port", "reply": text(VFPReplies.ports(ports) { names[$0] }),
    ]
    return .array(
      [listing]
        + ports.map { port in
          [
            "command": .string("vfpctrl /port \(port.id.uppercase) /list-rule"),
            "port": .string(port.id.uppercase), "reply": text(VFPReplies.rules(of: port)),
          ]
        })
  }

  // MARK: Documents

  private func older(_ kind: HCNObjectKind) -> JSON { documents(kind, query: nil) }

  private func newer(_ kind: HCNObjectKind) -> JSON {
    documents(kind, query: ["SchemaVersion": ["Major": 2, "Minor": 0]])
  }

  private func documents(_ kind: HCNObjectKind, query: JSON?) -> JSON {
    let ids = (try? service.enumerate(kind, query: query)) ?? []
    return .array(ids.compactMap { try? service.properties(kind, $0, query: query) })
  }

  // MARK: Facts

  private var compartments: JSON {
    .array(
      service.compartments.filter { $0.stack == .host }.map {
        [
          "CompartmentId": .number($0.id), "CompartmentDescription": .string($0.description),
          "CompartmentGuid": .string("{\($0.guid.lowercase)}"),
        ]
      })
  }

  /// The adapters of the host itself, of which only the first has addresses here.
  private var interfaces: JSON {
    let alias = service.configuration.adapters.first ?? "Ethernet"
    return .array(
      AddressFamily.allCases.map { family in
        [
          "InterfaceAlias": .string(alias), "InterfaceIndex": 1,
          "AddressFamily": family == .ipv4 ? 2 : 23, "CompartmentId": 1,
        ]
      })
  }

  /// The host's own addresses; which of its interfaces has which is not known, so all are on the first adapter.
  private var addresses: JSON {
    let alias = service.configuration.adapters.first ?? "Ethernet"
    return .array(
      service.configuration.addresses.map { address in
        [
          "IPAddress": .string("\(address)"), "PrefixLength": .number(address.family.bitWidth),
          "InterfaceAlias": .string(alias), "InterfaceIndex": 1,
          "AddressFamily": address.family == .ipv4 ? 2 : 23,
        ]
      })
  }

  /// The connections of the host; which of its interfaces has which profile is not known.
  private func connections(_ profiles: Set<FirewallProfile>) -> JSON {
    let alias = service.configuration.adapters.first ?? "Ethernet"
    let categories: [FirewallProfile: Int] = [.public: 0, .private: 1, .domain: 2]
    return .array(
      FirewallProfile.allCases.filter(profiles.contains).map {
        [
          "InterfaceAlias": .string(alias), "InterfaceIndex": 1,
          "NetworkCategory": .number(categories[$0] ?? 0),
        ]
      })
  }

  private var ports: JSON {
    func listens(_ number: IPProtocol) -> JSON {
      .array(
        service.configuration.listens.filter { $0.protocol == number }.flatMap { held in
          (held.ports.lower...held.ports.upper).map { ["LocalAddress": "0.0.0.0", "LocalPort": .number($0)] }
        })
    }
    func excluded(_ number: IPProtocol, _ family: String) -> JSON {
      let ranges = service.configuration.excludedPorts.filter { $0.protocol == number }.map(\.ports)
      return [
        "protocol": .string("\(number)"), "family": .string(family),
        "reply": .string(Self.excludedPorts(number, ranges)),
      ]
    }
    return [
      "tcp": listens(.tcp), "udp": listens(.udp),
      "excluded": .array(["ipv4", "ipv6"].flatMap { [excluded(.tcp, $0), excluded(.udp, $0)] }),
    ]
  }

  /// The reply of `netsh interface ipv4 show excludedportrange`, in English.
  private static func excludedPorts(_ number: IPProtocol, _ ranges: [PortRange]) -> String {
    func column(_ text: String) -> String {
      String(repeating: " ", count: max(0, 10 - text.utf8.count)) + text
    }
    let lines =
      [
        "", "Protocol \(number) Port Exclusion Ranges", "", "Start Port    End Port",
        "----------    --------",
      ]
      + ranges.map { column("\($0.lower)") + "  " + column("\($0.upper)") + "  " }
      + ["", "* - Administered port exclusions.", ""]
    return lines.map { $0 + "\r\n" }.joined()
  }

  private var dns: JSON {
    let dns = service.configuration.dns
    let alias = service.configuration.adapters.first ?? "Ethernet"
    return [
      "servers": .array(
        AddressFamily.allCases.compactMap { family in
          let servers = dns.servers.filter { $0.family == family }
          guard !servers.isEmpty else { return nil }
          return [
            "InterfaceAlias": .string(alias), "InterfaceIndex": 1, "AddressFamily": family == .ipv4 ? 2 : 23,
            "ServerAddresses": .strings(servers.map(\.description)),
          ]
        }),
      "search": .strings(dns.suffixes), "suffixes": [],
    ]
  }
}
