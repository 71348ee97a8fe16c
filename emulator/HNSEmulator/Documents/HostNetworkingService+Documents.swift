import HostModel
import JSONText
import NetworkTypes

/// Builds an object of a document, leaving out members with zero values (reference: hns, 0 rule 4).
struct DocumentWriter {
  private(set) var object = JSONObject()

  var document: JSON { .object(object) }

  mutating func put(_ key: String, _ text: String) {
    if !text.isEmpty { object.append(key, .string(text)) }
  }

  mutating func put(_ key: String, _ number: some BinaryInteger) {
    if number != 0 { object.append(key, .whole(number)) }
  }

  mutating func put(_ key: String, _ elements: [JSON]) {
    if !elements.isEmpty { object.append(key, .array(elements)) }
  }

  mutating func put(_ key: String, texts: [String]) { put(key, texts.map { .string($0) }) }

  /// An enumeration by its name, unless it has the number zero.
  mutating func put(_ key: String, _ value: some DocumentEnumeration) {
    if value.number != 0 { object.append(key, .string(value.rawValue)) }
  }

  /// A member whatever its value; nil leaves it out.
  mutating func set(_ key: String, _ value: JSON?) { object.append(key, value) }
}

extension DNSSettings {
  var document: JSON {
    var writer = DocumentWriter()
    writer.put("Domain", domain)
    writer.put("Search", texts: search)
    writer.put("ServerList", texts: servers)
    writer.put("Options", texts: options)
    return writer.document
  }
}

extension Route {
  var document: JSON {
    var writer = DocumentWriter()
    writer.put("NextHop", "\(nextHop)")
    writer.put("DestinationPrefix", destination)
    writer.put("Metric", metric)
    return writer.document
  }
}

extension Subnet {
  var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.uppercase)
    writer.put("IpAddressPrefix", prefix.description)
    writer.put("Policies", policies.map(\.document))
    writer.put("Routes", routes.map(\.document))
    writer.put("IpSubnets", ipSubnets.map(\.document))
    writer.put("Flags", flags)
    return writer.document
  }
}

extension IPSubnet {
  var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.uppercase)
    writer.put("IpAddressPrefix", prefix.description)
    writer.put("Flags", flags)
    return writer.document
  }
}

/// The states of an endpoint that occur here (reference: hns, 4.2 and 6.4).
///
/// The state follows from where the endpoint is. One that a detach call took away is detached; one that only
/// left a namespace is as it was created.
public enum EndpointState: Int64, Sendable {
  /// Nothing has happened to it yet, or it left a namespace.
  case created = 1
  /// Attached to a virtual machine or to the host.
  case attached = 2
  /// Attached to a container that shares the host's kernel.
  case attachedSharing = 3
  /// A call took it away from what it was attached to.
  case detached = 4

  /// Whether filters are programmed for the endpoint.
  var isAttached: Bool { self == .attached || self == .attachedSharing }
}

extension HostNetworkingService {
  /// The document of a network: ids in upper case, NAT without a type, because that is number 0
  /// (reference: hns, 0 rule 4 and 0 rule 7).
  func document(of network: NetworkObject) -> JSON {
    var writer = DocumentWriter()
    writer.put("ID", network.id.uppercase)
    writer.put("Name", network.name)
    writer.put("Owner", network.owner)
    writer.put("Version", configuration.version.packed)
    writer.set("AdditionalParams", network.additionalParams)
    if network.driver != .nat { writer.put("Type", network.driver.documentName) }
    writer.put("Policies", network.policies.map(\.document))
    let ranges = network.macPool.map(\.document)
    if !ranges.isEmpty { writer.set("MacPool", ["Ranges": .array(ranges)]) }
    if !network.dns.isEmpty { writer.set("Dns", network.dns.document) }
    writer.put(
      "Ipams",
      network.ipams.map { ipam in
        var part = DocumentWriter()
        part.put("Type", ipam.type)
        part.put("Subnets", ipam.subnets.map(\.document))
        return part.document
      })
    writer.put("Flags", network.flags)
    writer.set("Health", ["Extra": .object(network.healthExtra)])
    writer.set("SchemaVersion", network.schemaVersion.document)
    writer.put("State", 1)
    return writer.document
  }

  /// The document of an endpoint: its id in lower case, its network's in upper case, a namespace
  /// only while it is in one (reference: hns, 1.5 and 6.1).
  func document(of endpoint: EndpointObject) -> JSON {
    var writer = DocumentWriter()
    writer.put("ID", endpoint.id.lowercase)
    writer.put("Name", endpoint.name)
    writer.put("Owner", endpoint.owner)
    writer.put("Version", configuration.version.packed)
    writer.set("AdditionalParams", endpoint.additionalParams)
    writer.put("HostComputeNetwork", endpoint.network.uppercase)
    writer.put("HostComputeNamespace", visibleNamespace(of: endpoint)?.uppercase ?? "")
    writer.put("Policies", endpoint.policies.map(\.document))
    writer.put(
      "IpConfigurations",
      endpoint.ipConfigurations.map { configuration in
        var part = DocumentWriter()
        part.put("IpAddress", "\(configuration.address)")
        part.put("PrefixLength", configuration.length)
        if self.configuration.schemaMinor >= Self.ipSubnetSchema {
          part.put("IpSubnetId", configuration.ipSubnet?.uppercase ?? "")
        }
        return part.document
      })
    if !endpoint.dns.isEmpty { writer.set("Dns", endpoint.dns.document) }
    writer.put("Routes", endpoint.routes.map(\.document))
    writer.put("MacAddress", "\(endpoint.mac)")
    writer.put("Flags", endpoint.flags)
    writer.set("Health", ["Extra": [:]])
    writer.set("SchemaVersion", endpoint.schemaVersion.document)
    writer.put("State", state(of: endpoint).rawValue)
    return writer.document
  }

  /// The namespace of an endpoint, if clients know of it.
  func visibleNamespace(of endpoint: EndpointObject) -> GUID? {
    endpoint.namespace.flatMap { namespaces[$0]?.isImplicit == true ? nil : $0 }
  }

  /// The document of a namespace: `NamespaceId` and `NamespaceGuid` only once a compartment is open,
  /// endpoint ids among the resources in upper case (reference: hns, 1.10 and 6.1).
  func document(of namespace: NamespaceObject) -> JSON {
    var writer = DocumentWriter()
    writer.put("ID", namespace.id.uppercase)
    writer.put("Name", namespace.name)
    writer.put("Owner", namespace.owner)
    writer.put("Version", configuration.version.packed)
    if let compartment = compartment(of: namespace) {
      writer.put("NamespaceId", compartment.id)
      writer.put("NamespaceGuid", compartment.guid.uppercase)
    }
    writer.put("Type", namespace.type)
    writer.put("Resources", namespace.resources.map(\.document))
    writer.set("Health", ["Extra": [:]])
    writer.set("SchemaVersion", namespace.schemaVersion.document)
    writer.put("State", 1)
    return writer.document
  }

  /// Attached once the compartment of the endpoint's namespace is open, and sharing where that is the
  /// host's kernel (reference: hns, 6.4).
  func state(of endpoint: EndpointObject) -> EndpointState {
    guard let namespace = endpoint.namespace.flatMap({ namespaces[$0] }), namespace.compartment != nil else {
      return endpoint.isDetached ? .detached : .created
    }
    return namespace.type == .host ? .attachedSharing : .attached
  }
}
