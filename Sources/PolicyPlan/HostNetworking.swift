package import FilterEngine
package import HNSEmulator
package import HostModel
package import JSONText
package import NetworkTypes

/// The way a plan reaches a host: HCN v2 calls with HCN v2 documents, in types where there are some.
///
/// Anything that answers these calls can be applied to (reference: hns, 2 and 3). A plan is tried on a
/// copy whose filters are read back, to prove what they do.
package protocol HostNetworking: Sendable {
  /// What the host is: its build, assumptions, adapters and addresses.
  var configuration: HostConfiguration { get }

  /// What the host's enforcement points hold.
  var filters: any FilteredHost { get }

  /// The ids of the objects of a kind.
  func enumerate(_ kind: HCNObjectKind, query: JSON?) throws(HCNError) -> [GUID]
  /// The document of an object.
  func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON
  /// What the document of an endpoint says.
  func hostComputeEndpoint(_ id: GUID) throws(HCNError) -> HostComputeEndpoint
  /// What the document of a network says.
  func hostComputeNetwork(_ id: GUID) throws(HCNError) -> HostComputeNetwork
  /// What the document of a namespace says.
  func hostComputeNamespace(_ id: GUID) throws(HCNError) -> HostComputeNamespace
  /// Creates an endpoint, as ``create(_:id:network:settings:)`` does with its document.
  mutating func create(_ endpoint: HostComputeEndpoint) throws(HCNError) -> GUID
  /// Changes the policies of an endpoint, as a modify request of that type does.
  mutating func modifyPolicies(
    ofEndpoint id: GUID, _ type: RequestType, _ policies: [HCNPolicy]
  ) throws(HCNError)
  /// Creates an object; endpoints name their network.
  mutating func create(
    _ kind: HCNObjectKind, id: GUID, network: GUID?, settings: JSON
  ) throws(HCNError) -> GUID
  /// Sends a modify request to an object.
  mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError)
  /// Deletes an object.
  mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError)
}

extension HostNetworkingService: HostNetworking {
  package var filters: any FilteredHost { self }
}
