package import Diagnostics
import HostModel

extension Profile {
  /// Where the rules of the profile are written, by endpoint and rule name.
  ///
  /// Besides ACL names these are `default-in`, `default-out` and `published`, if the profile
  /// specifies them.
  package var ruleOrigins: [String: [String: SourceRange]] {
    var origins: [String: [String: SourceRange]] = [:]
    for endpoint in endpoints {
      var places: [String: SourceRange] = [:]
      places[ReservedRuleName.defaultIn.rawValue] = endpoint.defaults?.inbound?.place
      places[ReservedRuleName.defaultOut.rawValue] = endpoint.defaults?.outbound?.place
      places[ReservedRuleName.published.rawValue] = endpoint.publish.first?.place
      let acls = endpoint.acls + endpoint.aclSets.flatMap { aclSets[$0.value].acls }
      for acl in acls { places[acl.name.value] = acl.name.place }
      origins[endpoint.name.value] = places
    }
    return origins
  }
}
