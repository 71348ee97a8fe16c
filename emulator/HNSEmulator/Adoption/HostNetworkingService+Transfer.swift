package import NetworkTypes

extension HostNetworkingService {
  /// Gives an endpoint a name and an owner.
  ///
  /// No request of HNS does this; it is how a plan sees an endpoint of another owner that a profile adopts.
  ///
  /// - Parameters:
  ///   - id: The endpoint; nothing is done if there is none.
  ///   - name: Its new name.
  ///   - owner: Its new owner.
  package mutating func transfer(endpoint id: GUID, name: String, owner: String) {
    guard endpoints[id] != nil else { return }
    endpoints[id]?.name = name
    endpoints[id]?.owner = owner
  }
}
