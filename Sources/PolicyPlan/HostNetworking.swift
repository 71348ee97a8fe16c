package import HNSEmulator
package import JSONText
package import NetworkTypes

/// The way a plan reaches a host: HCN v2 calls with HCN v2 documents, and nothing else.
///
/// Anything that answers these calls can be planned against and applied to (reference: hns, 2 and 3).
package protocol HostNetworking: Sendable {
  /// What the host is: its build, switches, adapters and addresses.
  var configuration: HostConfiguration { get }

  /// The ids of the objects of a kind.
  func enumerate(_ kind: HCNObjectKind, query: JSON?) throws(HCNError) -> [GUID]
  /// The document of an object.
  func properties(_ kind: HCNObjectKind, _ id: GUID, query: JSON?) throws(HCNError) -> JSON
  /// Creates an object; endpoints name their network.
  mutating func create(
    _ kind: HCNObjectKind, id: GUID, network: GUID?, settings: JSON
  ) throws(HCNError) -> GUID
  /// Sends a modify request to an object.
  mutating func modify(_ kind: HCNObjectKind, _ id: GUID, settings: JSON) throws(HCNError)
  /// Deletes an object.
  mutating func delete(_ kind: HCNObjectKind, _ id: GUID) throws(HCNError)
}

extension HostNetworkingService: HostNetworking {}
