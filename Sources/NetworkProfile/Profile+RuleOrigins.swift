package import Diagnostics
import HostModel
package import NetworkTypes

extension Profile {
  /// Where the rules of the profile are written, by endpoint and rule name.
  ///
  /// Besides ACL names these are `default-in`, `default-out` and `published`, if the profile
  /// specifies them.
  package var ruleOrigins: [String: [String: SourceRange]] { ruleOrigins(Direction.allCases) }

  /// Where the rules of some directions are written, by endpoint and rule name.
  package func ruleOrigins(_ directions: [Direction]) -> [String: [String: SourceRange]] {
    var origins: [String: [String: SourceRange]] = [:]
    for endpoint in endpoints {
      var locations: [String: SourceRange] = [:]
      if directions.contains(.in) {
        locations[ReservedRuleName.defaultIn.rawValue] = endpoint.defaults?.inbound?.location
        locations[ReservedRuleName.published.rawValue] = endpoint.publish.first?.location
      }
      if directions.contains(.out) {
        locations[ReservedRuleName.defaultOut.rawValue] = endpoint.defaults?.outbound?.location
      }
      let acls = endpoint.acls + endpoint.aclSets.flatMap { aclSets[$0.value].acls }
      for acl in acls where directions.contains(acl.direction) {
        locations[acl.name.value] = acl.name.location
      }
      origins[endpoint.name.value] = locations
    }
    return origins
  }
}
