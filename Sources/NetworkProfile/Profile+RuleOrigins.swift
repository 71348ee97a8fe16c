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
      var locations: [String: SourceRange] = [:]
      locations[ReservedRuleName.defaultIn.rawValue] = endpoint.defaults?.inbound?.location
      locations[ReservedRuleName.defaultOut.rawValue] = endpoint.defaults?.outbound?.location
      locations[ReservedRuleName.published.rawValue] = endpoint.publish.first?.location
      let acls = endpoint.acls + endpoint.aclSets.flatMap { aclSets[$0.value].acls }
      for acl in acls { locations[acl.name.value] = acl.name.location }
      origins[endpoint.name.value] = locations
    }
    return origins
  }
}
