import HostModel
import JSONText
import NetworkTypes

/// The service's record of an endpoint.
struct EndpointObject: Hashable {
  /// The bit of EndpointFlags for a low interface metric.
  static let lowMetricFlag: UInt32 = 8

  let id: GUID
  /// The position in the order of creation, over all kinds.
  let ordinal: Int64
  let network: GUID
  var name = ""
  var owner = ""
  var policies: [Policy] = []
  var ipConfigurations: [IPConfiguration] = []
  var dns = DNSSettings()
  var routes: [HCNRoute] = []
  var mac = MACAddress(0)
  var flags: UInt32 = 0
  var additionalParams: JSON?
  var schemaVersion = SchemaVersion()
  /// Whether the endpoint was last detached by a call.
  var isDetached = false
  /// Whether it was created by a document of schema 1.
  var isFromV1 = false
  /// Members that only schema 1 has, as given.
  var v1Members = JSONObject()

  /// The namespace that lists the endpoint; derived from the namespaces.
  var namespace: GUID?

  init(id: GUID, ordinal: Int64, network: GUID) {
    self.id = id
    self.ordinal = ordinal
    self.network = network
  }

  /// Whether the endpoint is on another host.
  var isRemote: Bool { flags & HostComputeEndpoint.remoteFlag != 0 }
}

/// The service's record of a namespace.
struct NamespaceObject: Hashable {
  typealias Resource = HostComputeNamespace.Resource

  let id: GUID
  /// The position in the order of creation, over all kinds.
  let ordinal: Int64
  let type: NamespaceType
  var name = ""
  var owner = ""
  var resources: [Resource] = []
  /// Whether the compartment exists without a container (`CreateWithCompartment`).
  var keepsCompartment = false
  /// The number of the open compartment, if any; HostDefault always has number 1.
  var compartment: UInt32?
  /// The GUID of the compartment of a real host; nil for a derived one.
  var compartmentGUID: GUID?
  var schemaVersion = SchemaVersion()
  /// Whether it was created by an attach call and not by a client; it is not listed and is deleted with its
  /// last endpoint.
  var isImplicit = false

  init(id: GUID, ordinal: Int64, type: NamespaceType) {
    self.id = id
    self.ordinal = ordinal
    self.type = type
    compartment = type == .hostDefault ? 1 : nil
  }

  /// The requested namespace, without its resources.
  init(_ stated: HostComputeNamespace, ordinal: Int64) {
    self.init(id: stated.id, ordinal: ordinal, type: stated.type)
    name = stated.name
    owner = stated.owner
    schemaVersion = stated.schemaVersion
  }

  /// The containers, in the order they were added; a container may be listed more than once (reference: hns,
  /// 6.4).
  var containers: [String] {
    resources.compactMap { if case .container(let id) = $0 { id } else { nil } }
  }

  /// The endpoints, in the order they were added.
  var endpoints: [GUID] {
    resources.compactMap { if case .endpoint(let id) = $0 { id } else { nil } }
  }

  /// Whether a compartment must be open.
  var needsCompartment: Bool { type == .hostDefault || keepsCompartment || !containers.isEmpty }
}
