package import Diagnostics
import FilterEngine
package import HostModel
import JSONText
package import NetworkProfile
import NetworkTypes

/// Where the rules of a host are written, if it comes from a profile.
package struct RuleOrigins: Sendable {
  private let locations: [(direction: Direction, origins: [String: [String: SourceRange]])]
  private let file: String
  private let names: [String]

  /// Collects the locations.
  ///
  /// - Parameters:
  ///   - profile: The profile; nil for a host that comes from a state.
  ///   - file: The file as given by the user.
  ///   - topology: The topology of the host.
  package init(profile: Profile?, file: String, topology: HostTopology) {
    locations = profile.map { profile in Direction.allCases.map { ($0, profile.ruleOrigins([$0])) } } ?? []
    self.file = file
    names = topology.endpoints.map(\.name)
  }

  /// Where a rule is written.
  ///
  /// - Parameters:
  ///   - rule: The displayed name of the rule.
  ///   - endpoint: The index of the endpoint in the topology; nil for the host itself.
  package func location(of rule: String, at endpoint: Int?) -> SourceRange? {
    endpoint.flatMap { location(of: rule, atEndpointNamed: names[$0]) }
  }

  /// Where a rule of a named endpoint is written.
  ///
  /// - Parameters:
  ///   - rule: The displayed name of the rule.
  ///   - direction: The direction of the rule; nil for any.
  ///   - endpoint: The name of the endpoint.
  func location(
    of rule: String, _ direction: Direction? = nil, atEndpointNamed endpoint: String
  ) -> SourceRange? {
    for (its, origins) in locations where direction == nil || its == direction {
      if let found = origins[endpoint]?[rule] { return found }
    }
    return nil
  }

  /// The location of a rule of a named endpoint, as printed in messages.
  func text(
    of rule: String, _ direction: Direction? = nil, atEndpointNamed endpoint: String
  ) -> String? {
    location(of: rule, direction, atEndpointNamed: endpoint).map { "\(printable(file)):\($0.line)" }
  }

  /// The location as printed in messages: file and line.
  func text(of rule: String, at endpoint: Int?) -> String? {
    location(of: rule, at: endpoint).map { "\(printable(file)):\($0.line)" }
  }

  /// The location as JSON.
  func document(of rule: String, at endpoint: Int?) -> JSON? {
    location(of: rule, at: endpoint).map { location in
      ["file": .string(file), "line": .number(location.line), "column": .number(location.column)]
    }
  }
}
