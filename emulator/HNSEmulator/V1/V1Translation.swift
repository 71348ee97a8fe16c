import HostModel
import JSONText
import NetworkTypes

/// Converts documents of schema 1 to documents of schema 2.
///
/// HNS accepts either schema in a create call (reference: hns, 0 rule 2). A document with major version 2 is
/// of schema 2, one with major version 1 of schema 1; any other is recognized by its members, because clients
/// of schema 1 give no version and clients written in Go may give zeros.
enum V1Translation {
  /// The document of a network in schema 2.
  static func network(_ document: JSON) throws(HCNError) -> JSON {
    guard let object = document.object,
      isV1(object, ["Subnets", "MacPools", "NetworkAdapterName", "SourceMac", "DNSServerList", "DNSSuffix"])
    else { return document }
    let reader = try DocumentReader(document, .invalidNetwork)
    var result = object.only(["ID", "Owner", "Name", "Type", "AdditionalParams", "Health"])
    result["Flags"] = try networkFlags(reader)
    var policies: [JSON] = []
    func add(_ type: PolicyType, _ member: String, _ value: JSON?) {
      if let value {
        policies.append([
          "Type": .string(type.rawValue), "Settings": .object(JSONObject([.init(member, value)])),
        ])
      }
    }
    add(.netAdapterName, "NetworkAdapterName", try reader.text("NetworkAdapterName").nonEmpty)
    add(.sourceMACAddress, "SourceMacAddress", try reader.text("SourceMac").nonEmpty)
    if try reader.flag("AutomaticDNS") == true { add(.automaticDNS, "Enable", true) }
    if let constraint = reader.value("InterfaceConstraint"), constraint.object?.members.isEmpty == false {
      policies.append(["Type": .string(PolicyType.interfaceConstraint.rawValue), "Settings": constraint])
    }
    var subnetPolicies: [JSON] = []
    for policy in try reader.children("Policies") {
      let translated = try V1PolicyTranslation.networkPolicy(policy)
      if translated.isOfSubnet {
        subnetPolicies.append(translated.policy)
      } else {
        policies.append(translated.policy)
      }
    }
    result["Policies"] = .array(policies)
    result["MacPool"] = try macPool(reader)
    result["Dns"] = try dns(reader)
    result["Ipams"] = try ipams(reader, subnetPolicies)
    return .object(result)
  }

  /// The document of an endpoint in schema 2; nil if it is of schema 2 already.
  static func endpoint(_ document: JSON) throws(HCNError) -> JSON? {
    guard let object = document.object,
      isV1(
        object,
        [
          "VirtualNetwork", "VirtualNetworkName", "IPAddress", "IPv6Address", "GatewayAddress",
          "DNSServerList",
          "DNSSuffix", "EnableInternalDNS", "IsRemoteEndpoint", "DisableICC", "EnableLowMetric",
          "EnableLowInterfaceMetric",
          "EncapOverhead",
        ])
    else { return nil }
    let reader = try DocumentReader(document, .invalidEndpoint)
    var result = object.only(["ID", "Owner", "Name", "MacAddress", "AdditionalParams"])
    result["HostComputeNetwork"] = try reader.text("VirtualNetwork").nonEmpty
    result["HostComputeNamespace"] = try reader.child("Namespace")?.text("ID").nonEmpty
    var policies: [JSON] = []
    for policy in try reader.children("Policies") {
      policies.append(try V1PolicyTranslation.endpointPolicy(policy))
    }
    if let overhead = try reader.integer("EncapOverhead", upTo: 65535), overhead != 0 {
      policies.append(["Type": "EncapOverhead", "Settings": ["Overhead": .integer(overhead)]])
    }
    result["Policies"] = .array(policies)
    var configurations: [JSON] = []
    var routes: [JSON] = []
    for (address, length, gateway, destination) in [
      ("IPAddress", "PrefixLength", "GatewayAddress", "0.0.0.0/0"),
      ("IPv6Address", "IPv6PrefixLength", "GatewayAddressV6", "::/0"),
    ] {
      if let text = try reader.text(address).nonEmpty {
        configurations.append([
          "IpAddress": text, "PrefixLength": .integer(try reader.integer(length, upTo: 128) ?? 0),
        ])
      }
      // The gateway of an endpoint on the host is shown as the unspecified address (reference: hns, 6.4).
      if let hop = try reader.text(gateway), !hop.isEmpty, hop != "0.0.0.0", hop != "::" {
        routes.append(["NextHop": .string(hop), "DestinationPrefix": .string(destination)])
      }
    }
    result["IpConfigurations"] = .array(configurations)
    result["Routes"] = .array(routes)
    result["Dns"] = try dns(reader)
    result["Flags"] = try endpointFlags(reader)
    return .object(result)
  }

  /// The members of a network that only schema 1 has, and those that documents of schema 1 contain as they were
  /// spelled: the type, and on older versions the MAC pools.
  static func ownNetworkMembers(_ document: JSON, _ form: V1Form) -> JSONObject {
    guard let object = document.object else { return JSONObject() }
    var result = object.only(["DNSServerCompartment", "MaxConcurrentEndpoints"])
    if let type = object["Type"]?.string, !type.isEmpty,
      !NetworkMode.allCases.contains(where: { $0.rawValue == type })
    {
      result.append("Type", .string(type))
    }
    if form.keepsSpelling, object["MacPools"]?.array?.isEmpty == false {
      result.append("MacPools", object["MacPools"])
    }
    return result
  }

  /// The members of an endpoint that only schema 1 has, and on older versions its MAC address as it was spelled.
  static func ownEndpointMembers(_ document: JSON, _ form: V1Form) -> JSONObject {
    guard let object = document.object else { return JSONObject() }
    var result = object.only(["EnableInternalDNS", "PortFriendlyName"])
    if form.keepsSpelling, let mac = object["MacAddress"]?.string, let value = MACAddress(mac),
      value.description != mac
    {
      result.append("MacAddress", .string(mac))
    }
    return result
  }

  /// Whether a document is of schema 1.
  private static func isV1(_ object: JSONObject, _ indicators: Set<String>) -> Bool {
    switch object["SchemaVersion"]?["Major"]?.integer {
    case 2: return false
    case 1: return true
    default: break
    }
    if object.members.contains(where: { indicators.contains($0.key) }) { return true }
    // Policies of schema 1 are flat.
    return object["Policies"]?.array?.contains { policy in
      policy["Settings"] == nil && policy.object.map { $0.members.count > 1 } ?? false
    } ?? false
  }

  /// The flags of a network; switch isolation has a separate member (reference: hns, 1.4 and 4.2).
  private static func networkFlags(_ reader: DocumentReader) throws(HCNError) -> JSON? {
    var flags = try reader.word("Flags") ?? 0
    if try reader.flag("IsolateSwitch") == true { flags |= NetworkObject.isolateSwitchFlag }
    return flags == 0 ? nil : .number(flags)
  }

  /// The flags of an endpoint that have members in schema 1 (reference: hns, 4.2).
  private static func endpointFlags(_ reader: DocumentReader) throws(HCNError) -> JSON? {
    var flags = try reader.word("Flags") ?? 0
    for (member, flag) in EndpointObject.flagMembers where try reader.flag(member) == true { flags |= flag }
    return flags == 0 ? nil : .number(flags)
  }

  private static func macPool(_ reader: DocumentReader) throws(HCNError) -> JSON? {
    let ranges = try reader.list("MacPools")
    return ranges.isEmpty ? nil : ["Ranges": .array(ranges)]
  }

  /// The lists of DNS servers and suffixes are comma-separated texts (reference: hns, 4.2).
  private static func dns(_ reader: DocumentReader) throws(HCNError) -> JSON? {
    var result = JSONObject()
    func list(_ key: String) throws(HCNError) -> JSON? {
      let parts = (try reader.text(key) ?? "").split(separator: ",").map(\.trimmingBlanks)
      return parts.isEmpty ? nil : .strings(parts.filter { !$0.isEmpty })
    }
    result.append("Domain", try reader.text("DNSDomain").nonEmpty)
    result.append("Search", try list("DNSSuffix"))
    result.append("ServerList", try list("DNSServerList"))
    return result.members.isEmpty ? nil : .object(result)
  }

  /// The subnets as one group; policies of the network that schema 2 has only for subnets are copied to each.
  private static func ipams(_ reader: DocumentReader, _ shared: [JSON]) throws(HCNError) -> JSON? {
    var subnets: [JSON] = []
    for subnet in try reader.children("Subnets") {
      guard let prefix = try subnet.text("AddressPrefix").nonEmpty else { continue }
      var result = subnet.object.only(["ID", "Flags", "IpSubnets"])
      result["IpAddressPrefix"] = prefix
      if let gateway = try subnet.text("GatewayAddress"), !gateway.isEmpty {
        let destination = gateway.contains(":") ? "::/0" : "0.0.0.0/0"
        result["Routes"] = [["NextHop": .string(gateway), "DestinationPrefix": .string(destination)]]
      }
      var policies = shared
      for policy in try subnet.children("Policies") {
        policies.append(try V1PolicyTranslation.networkPolicy(policy).policy)
      }
      result["Policies"] = .array(policies)
      subnets.append(.object(result))
    }
    return subnets.isEmpty ? nil : [["Type": "Static", "Subnets": .array(subnets)]]
  }
}

extension EndpointObject {
  /// The members of schema 1 that are flags in schema 2; the last is read under the name that clients use and
  /// under the one in documents (reference: hns, 1.5, 4.2 and 8.3).
  static let flagMembers: [(member: String, flag: UInt32)] = [
    ("IsRemoteEndpoint", HostComputeEndpoint.remoteFlag), ("DisableICC", 2),
    ("EnableLowMetric", lowMetricFlag),
    ("EnableLowInterfaceMetric", lowMetricFlag),
  ]
}

extension JSONObject {
  /// The members with the given names that are present, in their own order.
  func only(_ keys: [String]) -> JSONObject {
    JSONObject(members.filter { keys.contains($0.key) && $0.value != .null })
  }
}

extension String? {
  /// The text as a value; nil if it is absent or empty.
  fileprivate var nonEmpty: JSON? { flatMap { $0.isEmpty ? nil : .string($0) } }
}
