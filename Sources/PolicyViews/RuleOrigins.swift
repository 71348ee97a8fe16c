package import Diagnostics
import FilterEngine
package import HostModel
import JSONText
package import NetworkProfile

/// Where the rules of a host are written, if it comes from a profile.
package struct RuleOrigins: Sendable {
  private let locations: [String: [String: SourceRange]]
  private let file: String
  private let names: [String]

  /// Collects the locations.
  ///
  /// - Parameters:
  ///   - profile: The profile; nil for a host that comes from a state.
  ///   - file: The file as given by the user.
  ///   - topology: The topology of the host.
  package init(profile: Profile?, file: String, topology: HostTopology) {
    locations = profile?.ruleOrigins ?? [:]
    self.file = file
    names = topology.endpoints.map(\.name)
  }

  /// Where a rule is written.
  ///
  /// - Parameters:
  ///   - rule: The displayed name of the rule.
  ///   - endpoint: The index of the endpoint in the topology; nil for the host itself.
  package func location(of rule: String, at endpoint: Int?) -> SourceRange? {
    endpoint.flatMap { locations[names[$0]]?[rule] }
  }

  /// Where a rule of a named endpoint is written.
  func location(of rule: String, atEndpointNamed endpoint: String) -> SourceRange? {
    locations[endpoint]?[rule]
  }

  /// The location of a rule of a named endpoint, as printed in messages.
  func text(of rule: String, atEndpointNamed endpoint: String) -> String? {
    location(of: rule, atEndpointNamed: endpoint).map { "\(printable(file)):\($0.line)" }
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
