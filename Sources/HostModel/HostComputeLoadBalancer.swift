package import JSONText
package import NetworkTypes

/// A load balancer as HCN documents state it, in types (reference: hns, 1.7 and 6.10).
///
/// Members that a document leaves out have the default value.
package struct HostComputeLoadBalancer: Hashable, Sendable {
  package static let directServerReturnFlag: UInt32 = 1
  package static let ipv6Flag: UInt32 = 2
  /// The state of an active load balancer (reference: hns, 8.4).
  package static let state: Int64 = 2

  /// A port that a load balancer forwards to its endpoints (reference: hns, 1.7).
  package struct Port: Hashable, Sendable {
    package static let localRoutedVIPFlag: UInt32 = 2
    package static let preserveDIPFlag: UInt32 = 8
    package static let externalVIPFlag: UInt32 = 16
    /// The distribution type of session affinity by the client's address.
    package static let sourceIPDistribution: UInt32 = 2

    /// The number of the IP protocol.
    package var `protocol`: UInt32
    package var internalPort: UInt16
    package var externalPort: UInt16
    /// Session affinity: 0 per connection, 1 by source address and protocol, 2 by source address.
    package var distributionType: UInt32
    /// Internal load balancer 1, local routed VIP 2, mux 4, preserve DIP 8, external VIP 16.
    package var flags: UInt32

    package init(
      protocol: UInt32, internalPort: UInt16, externalPort: UInt16, distributionType: UInt32, flags: UInt32
    ) {
      self.protocol = `protocol`
      self.internalPort = internalPort
      self.externalPort = externalPort
      self.distributionType = distributionType
      self.flags = flags
    }

    package var document: JSON {
      var writer = DocumentWriter()
      writer.put("Protocol", `protocol`)
      writer.put("InternalPort", internalPort)
      writer.put("ExternalPort", externalPort)
      writer.put("DistributionType", distributionType)
      writer.put("Flags", flags)
      return writer.document
    }
  }

  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service.
  package var version: Int64 = 0
  package var network: GUID?
  package var endpoints: [GUID] = []
  package var sourceVIP: IPAddress?
  package var frontendVIPs: [IPAddress] = []
  package var ports: [Port] = []
  package var flags: UInt32 = 0
  package var schemaVersion = SchemaVersion()
  package var author = DocumentAuthor.service

  /// A load balancer with default values.
  package init(id: GUID, author: DocumentAuthor = .service) {
    self.id = id
    self.author = author
  }

  /// The document with endpoint ids in lower case, as in the documents of endpoints.
  package var document: JSON { document(endpointIDs: .lower) }

  /// The document as the service writes it.
  ///
  /// The case of endpoint ids is in no source; one version of kube-proxy recognizes them in upper case only
  /// (reference: hns, 10.3).
  ///
  /// - Parameter endpointIDs: The case of endpoint ids.
  package func document(endpointIDs: Assumptions.LoadBalancerEndpoints) -> JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.uppercase)
    writer.put("Name", name)
    writer.put("Owner", owner)
    writer.put("Version", version)
    writer.put("HostComputeNetwork", network.map { author.text(network: $0) } ?? "")
    writer.put(
      "HostComputeEndpoints", texts: endpoints.map { endpointIDs == .upper ? $0.uppercase : $0.lowercase })
    writer.put("SourceVIP", sourceVIP?.description ?? "")
    writer.put("FrontendVIPs", texts: frontendVIPs.map(\.description))
    writer.put("PortMappings", ports.map(\.document))
    if author != .client { writer.set("Health", ["Extra": [:]]) }
    writer.set("SchemaVersion", schemaVersion.document)
    writer.put("Flags", flags)
    if author != .client { writer.put("State", Self.state) }
    return writer.document
  }
}
