import HostModel
import JSONText
import NetworkTypes

/// An endpoint as the service keeps it.
struct EndpointObject: Hashable {
  /// The bit of EndpointFlags that says the endpoint lives on another host.
  static let remoteFlag: UInt32 = 1

  let id: GUID
  /// The place in the order of creation, over all kinds.
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
  /// Whether the last thing that happened to the endpoint was that a call detached it.
  var isDetached = false
  /// What only the older schema has a member for, as it was given.
  var v1Members = JSONObject()

  /// The namespace that lists the endpoint; derived from the namespaces.
  var namespace: GUID?

  init(id: GUID, ordinal: Int64, network: GUID) {
    self.id = id
    self.ordinal = ordinal
    self.network = network
  }

  /// Whether the endpoint lives on another host.
  var isRemote: Bool { flags & Self.remoteFlag != 0 }
}

/// A namespace as the service keeps it.
struct NamespaceObject: Hashable {
  typealias Resource = HostComputeNamespace.Resource

  let id: GUID
  /// The place in the order of creation, over all kinds.
  let ordinal: Int64
  let type: NamespaceType
  var name = ""
  var owner = ""
  var resources: [Resource] = []
  /// Whether the compartment exists without a container (`CreateWithCompartment`).
  var keepsCompartment = false
  /// The number of the compartment while one is open; that of HostDefault is always 1.
  var compartment: UInt32?
  var schemaVersion = SchemaVersion()
  /// Whether an attach call made it and no client; it is in no list and goes with its last endpoint.
  var isImplicit = false

  init(id: GUID, ordinal: Int64, type: NamespaceType) {
    self.id = id
    self.ordinal = ordinal
    self.type = type
    compartment = type == .hostDefault ? 1 : nil
  }

  /// The containers, in the order they were added; one may stand there more than once
  /// (reference: hns, 6.4).
  var containers: [String] {
    resources.compactMap { if case .container(let id) = $0 { id } else { nil } }
  }

  /// The endpoints, in the order they were added.
  var endpoints: [GUID] {
    resources.compactMap { if case .endpoint(let id) = $0 { id } else { nil } }
  }

  /// Whether a compartment has to be open now.
  var needsCompartment: Bool { type == .hostDefault || keepsCompartment || !containers.isEmpty }
}
