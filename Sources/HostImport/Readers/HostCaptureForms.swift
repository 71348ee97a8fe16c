import HostModel
import JSONText
import NetworkTypes

/// The sections of the file of `hnsctl capture-script` that other tools do not write so (see
/// Sources/HostExport/Documentation/host-capture.md), and the objects of Get-Net* in them.
enum HostCaptureForms {
  static let all: [ObjectForm] = [
    ObjectForm(
      title: "Get-NetIPAddress",
      recognizes: {
        $0["IPAddress"]?.string != nil && $0["InterfaceAlias"] != nil && $0["PrefixLength"] != nil
      },
      read: { object, place, host in
        guard let text = object["IPAddress"]?.string, let address = address(text) else { return }
        host.facts.interfaces.append(
          Stated(
            CapturedInterface(
              name: name(object["InterfaceAlias"]), index: integer(object["InterfaceIndex"]),
              addresses: [address]), place))
      }),
    ObjectForm(
      title: "Get-NetIPInterface",
      recognizes: { object in
        object["InterfaceAlias"] != nil && object["CompartmentId"]?.integer != nil
          && object["CompartmentDescription"] == nil
      },
      read: { object, place, host in
        host.facts.interfaces.append(
          Stated(
            CapturedInterface(
              name: name(object["InterfaceAlias"]), index: integer(object["InterfaceIndex"]),
              compartment: integer(object["CompartmentId"]).flatMap { UInt32(exactly: $0) }), place))
      }),
    ObjectForm(
      title: "Get-NetAdapter",
      recognizes: { $0["InterfaceDescription"] != nil && $0["MacAddress"] != nil && $0["Name"] != nil },
      read: { object, _, host in
        let name = name(object["Name"])
        // Adapters of containers and of the host itself are named after the networks of HNS.
        guard !name.isEmpty, !name.hasPrefix("vEthernet"), object["Status"] != "Not Present" else { return }
        host.facts.adapters.addOnce(name)
      }),
    ObjectForm(
      title: "Get-DnsClientServerAddress",
      recognizes: { $0["ServerAddresses"] != nil && $0["InterfaceAlias"] != nil },
      read: { object, _, host in
        for text in CIMValue.list(object["ServerAddresses"]) ?? [] {
          if let server = address(text) { host.facts.add(dnsServer: server) }
        }
      }),
    ObjectForm(
      title: "Get-DnsClient",
      recognizes: { $0["ConnectionSpecificSuffix"] != nil && $0["InterfaceAlias"] != nil },
      read: { object, _, host in
        if let suffix = object["ConnectionSpecificSuffix"]?.string { host.facts.add(dnsSuffix: suffix) }
      }),
    ObjectForm(
      title: "DNS of hnsctl capture-script",
      recognizes: { $0["search"]?.array != nil && ($0["servers"] != nil || $0["suffixes"] != nil) },
      read: { object, place, host in
        for suffix in CIMValue.list(object["search"]) ?? [] { host.facts.add(dnsSuffix: suffix) }
        for name in ["servers", "suffixes"] {
          if let part = object[name] { CaptureForms.read(part, place, &host) }
        }
      }),
    ObjectForm(
      title: "ports of hnsctl capture-script",
      recognizes: { object in
        object["tcp"] != nil && object["udp"] != nil || object["excluded"]?.array?.isEmpty == false
      },
      read: { object, place, host in
        for (key, number) in [("tcp", IPProtocol.tcp), ("udp", .udp)] {
          for part in CIMValue.elements(object[key]) { readListener(part, number, &host) }
        }
        for part in CIMValue.elements(object["excluded"]) { readExcluded(part, place, &host) }
      }),
    // The rules that name a compartment, which Get-NetFirewallRule cannot show.
    ObjectForm(
      title: "rule strings of hnsctl capture-script",
      recognizes: { object in
        object.members.contains { $0.value.string.map(RegistryRule.recognizes) ?? false }
      },
      read: { object, place, host in
        for member in object.members {
          let text = member.value.string ?? member.value.text()
          if let rule = RegistryRule.read(text, name: member.key, store: .local) {
            host.firewall.add(rule)
          } else {
            host.keep(text, at: place, because: "the value is not a rule")
          }
        }
      }),
    ObjectForm(
      title: "sections that hnsctl capture-script could not read",
      recognizes: { $0.members.count == 2 && $0["section"]?.string != nil && $0["error"] != nil },
      read: { object, place, host in
        let error = object["error"]?.string.map { " (\($0))" } ?? ""
        host.keep(nil, at: place, because: (object["section"]?.string ?? "") + error)
      }),
  ]

  private static func readListener(_ part: JSON, _ number: IPProtocol, _ host: inout CapturedHost) {
    guard let port = integer(part["LocalPort"]).flatMap({ UInt16(exactly: $0) }), port > 0 else { return }
    // What listens at loopback only holds the port for nobody else.
    if let local = part["LocalAddress"]?.string.flatMap({ address($0) }), local.special == .loopback {
      return
    }
    host.facts.listens.addOnce(HostPorts(number, PortRange(port)))
  }

  /// Reads the reply of `netsh interface ... show excludedportrange`: lines of two numbers, whatever the language.
  private static func readExcluded(_ part: JSON, _ place: CapturePlace, _ host: inout CapturedHost) {
    guard let reply = part["reply"]?.string,
      let number = part["protocol"]?.string.flatMap({ IPProtocol(name: $0) }), number.hasPorts
    else { return }
    for line in reply.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      guard words.count >= 2, let first = UInt16(words[0]), let last = UInt16(words[1]), first <= last else {
        continue
      }
      host.facts.excludedPorts.addOnce(HostPorts(number, PortRange(first, last)))
    }
  }

  private static func integer(_ value: JSON?) -> Int? { value?.integer.flatMap { Int(exactly: $0) } }

  private static func name(_ value: JSON?) -> String { value?.string ?? "" }

  /// An address, without the zone of a link-local one.
  static func address(_ text: String) -> IPAddress? { IPAddress(text.prefix { $0 != "%" }) }
}

extension CapturedFacts {
  /// Adds a DNS server; the site-local addresses that Windows assumes are none that anyone configured.
  mutating func add(dnsServer server: IPAddress) {
    let isAssumed = server.family == .ipv6 && server.value >> 112 == 0xfec0
    if server.special == nil, !isAssumed { dnsServers.addOnce(server) }
  }

  /// Adds a DNS suffix.
  mutating func add(dnsSuffix suffix: String) { if !suffix.isEmpty { dnsSuffixes.addOnce(suffix) } }
}
