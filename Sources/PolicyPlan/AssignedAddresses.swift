package import Diagnostics
package import HNSEmulator
package import NetworkProfile
import NetworkTypes
package import PolicyCompiler

extension Profile {
  /// The profile with assigned addresses in place of the names that its ACLs use.
  ///
  /// HNS assigns addresses when it creates endpoints, whatever their ACLs are. So the profile is tried without
  /// ACLs on a copy of the host first, and the addresses of the resulting endpoints are used.
  ///
  /// - Parameters:
  ///   - desired: The desired host of the profile without ACLs.
  ///   - host: The host; it is copied and not changed.
  ///   - ledger: The owners of ACLs, for hosts that do not store Ids.
  ///   - file: The profile's file, for diagnostics.
  /// - Returns: The profile, or nil if the host refuses it; and diagnostics if it does.
  package func resolvingPeers(
    assignedBy desired: DesiredHost, on host: HostNetworkingService, ledger: OwnershipLedger, file: String
  ) -> (Profile?, [Diagnostic]) {
    let (trial, refusals) = Trial.run(desired, on: host, ledger: ledger, file: file)
    guard let trial else { return (nil, refusals) }
    return (resolvingPeers(trial.addresses(of: desired)), [])
  }
}

extension Trial {
  /// The addresses of the profile's endpoints on the resulting host, by name.
  fileprivate func addresses(of desired: DesiredHost) -> [String: [IPAddress]] {
    guard let after = try? HostDocuments(host, ledger: ledger) else { return [:] }
    return after.addresses(of: desired.owner)
  }
}

extension HostDocuments {
  /// The addresses of an owner's endpoints, by name.
  func addresses(of owner: String) -> [String: [IPAddress]] {
    Dictionary(
      endpoints.filter { $0.owner == owner }.map { ($0.name, $0.addresses.map(\.address)) }
    ) { first, _ in first }
  }
}
