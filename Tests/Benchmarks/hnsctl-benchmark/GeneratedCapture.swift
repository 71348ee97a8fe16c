import HNSEmulator
import HNSStore
import HostModel
import JSONText
import NetworkTypes
import PolicyPlan
import PolicyViews

/// A file as `hnsctl capture-script` writes it, of the host that a profile creates: the documents, rules of Windows
/// Firewall with their filters, and what vfpctrl replies, layer by layer (see
/// `Sources/HostExport/Documentation/host-capture.md`).
struct GeneratedCapture {
  var host: HostState
  var firewallRules: Int

  /// The number of VFP rules.
  var vfpRules: Int { host.service.vfpPorts.reduce(0) { $0 + $1.rules.count } }

  /// The text of the capture; nil if a document cannot be read.
  var text: String? {
    guard
      let documents = try? HostDocuments(host.service, ledger: OwnershipLedger(annotations: host.annotations))
    else { return nil }
    let service = host.service
    func list(_ kind: HCNObjectKind, _ ids: [GUID]) -> JSON {
      .array(ids.compactMap { try? service.document(kind, $0) })
    }
    let build = service.configuration.build
    let capture: JSON = [
      "kind": "HostCapture", "formatVersion": 1,
      "windows": ["build": .number(build.build), "revision": 1, "productName": "Windows Server"],
      "hns": [
        "version": ["Major": .number(build.hnsVersion.major), "Minor": .number(build.hnsVersion.minor)]
      ],
      "v2": [
        "networks": list(.network, documents.networks.map(\.id)),
        "endpoints": list(.endpoint, documents.endpoints.map(\.id)),
        "namespaces": list(.namespace, documents.namespaces.map(\.id)), "loadBalancers": [],
      ],
      "firewall": firewall, "vfp": vfp(documents), "unread": [],
    ]
    return capture.text()
  }

  // MARK: Windows Firewall

  /// Rules of programs, services and remote prefixes, as the active store of a node has them.
  private var firewall: JSON {
    var random = SplitMix(state: 7)
    var lists: [String: [JSON]] = [:]
    func add(_ list: String, _ members: JSONObject) { lists[list, default: []].append(.object(members)) }
    for index in 0..<firewallRules {
      let id = "rule-\(index)"
      let octets = random.next()
      add(
        "rules",
        [
          "Name": .string(id), "ID": .string(id), "DisplayName": .string("Rule \(index)"), "Group": "",
          "Enabled": .number(index % 10 == 9 ? 2 : 1), "Profile": .number([0, 1, 2, 4, 3, 7][index % 6]),
          "Direction": .number(index % 3 == 2 ? 2 : 1), "Action": .number(index % 8 == 7 ? 4 : 2),
          "EdgeTraversalPolicy": 0, "PrimaryStatus": 1, "PolicyStoreSource": "PersistentStore",
          "PolicyStoreSourceType": 1, "InstanceID": .string(id),
        ])
      add(
        "port",
        [
          "InstanceID": .string(id), "Protocol": .string(index % 2 == 0 ? "TCP" : "UDP"),
          "LocalPort": .string(index % 3 == 2 ? "Any" : "\(1_024 + octets % 60_000)"),
          "RemotePort": .string(index % 3 == 2 ? "\(1_024 + octets % 60_000)" : "Any"), "IcmpType": "Any",
          "DynamicTarget": 0,
        ])
      add(
        "address",
        [
          "InstanceID": .string(id), "LocalAddress": "Any",
          "RemoteAddress": .string("10.\(octets >> 16 & 0xff).\(octets >> 24 & 0xff).0/255.255.255.0"),
        ])
      let program = index % 4 == 0 ? "C:\\Program Files\\Agent\(index % 50)\\agent.exe" : "Any"
      add("application", ["InstanceID": .string(id), "Program": .string(program), "Package": .null])
      add("service", ["InstanceID": .string(id), "Service": "Any"])
      add("interface", ["InstanceID": .string(id), "InterfaceAlias": "Any"])
      add("interfaceType", ["InstanceID": .string(id), "InterfaceType": 0])
      add(
        "security",
        [
          "InstanceID": .string(id), "Authentication": 0, "Encryption": 0, "OverrideBlockRules": false,
          "LocalUser": "Any", "RemoteUser": "Any", "RemoteMachine": "Any",
        ])
    }
    let rules = JSON.array(lists["rules"] ?? [])
    lists["rules"] = nil
    return [
      "profiles": .array(
        FirewallProfile.allCases.map {
          [
            "Name": .string($0.rawValue), "Enabled": 1, "DefaultInboundAction": 4, "DefaultOutboundAction": 2,
            "AllowInboundRules": 1, "AllowLocalFirewallRules": 1,
          ]
        }),
      "rules": rules,
      "filters": .object(
        JSONObject(lists.sorted { $0.key < $1.key }.map { .init($0.key, .array($0.value)) })),
    ]
  }

  // MARK: VFP

  private func vfp(_ documents: HostDocuments) -> JSON {
    let ledger = OwnershipLedger(annotations: host.annotations)
    let lines = HostView(host.service, reading: documents, ledger: ledger).lines(.vfp)
    let marks = lines.indices.filter { lines[$0].hasPrefix("Policy for port : ") }
    var replies: [JSON] = []
    func add(_ command: String, _ port: String?, _ layer: String?, _ body: ArraySlice<String>) {
      var entry = JSONObject()
      let words = [port.map { "/port \($0)" }, layer.map { "/layer \($0)" }, "/\(command)"].compactMap(\.self)
      entry.append("command", .string("vfpctrl \(words.joined(separator: " "))"))
      entry.append("port", port.map { .string($0) })
      entry.append("layer", layer.map { .string($0) })
      let text = ["\r", " ITEM LIST\r", "===========\r", "\r"] + body + ["Command \(command) succeeded!\r"]
      entry.append("reply", .string(text.joined(separator: "\n") + "\n"))
      replies.append(.object(entry))
    }
    // The list of ports has its frame already.
    var listing = JSONObject([.init("command", "vfpctrl /list-vmswitch-port")])
    listing.append("reply", .string(lines[..<(marks.first ?? lines.count)].joined(separator: "\n")))
    replies.append(.object(listing))
    for (index, mark) in marks.enumerated() {
      let end = index + 1 < marks.count ? marks[index + 1] : lines.count
      let port = lines[mark].dropFirst("Policy for port : ".count).filter { $0 != "\r" && $0 != "\r\n" }
      let layers = (mark..<end).filter { lines[$0].hasPrefix("LAYER : ") }
      for (position, start) in layers.enumerated() {
        let last = position + 1 < layers.count ? layers[position + 1] : end
        let name = lines[start].dropFirst("LAYER : ".count).filter { $0 != "\r" && $0 != "\r\n" }
        let first = (start..<last).first {
          lines[$0].hasPrefix("  GROUP : ") || lines[$0].hasPrefix("GROUP : ")
        }
        guard let first else { continue }
        let body = lines[first..<last].filter { !$0.hasPrefix("Command ") }
        add("list-rule", String(port), String(name), body[...])
      }
    }
    return .array(replies)
  }
}
