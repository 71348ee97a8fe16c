package import Diagnostics
import FilterEngine
package import HostModel
import JSONText
package import NetworkProfile

/// Where the rules of a host are written, when a profile made it.
package struct RuleOrigins: Sendable {
  private let places: [String: [String: Place]]
  private let file: String
  private let names: [String]

  /// Prepares the places.
  ///
  /// - Parameters:
  ///   - profile: The profile; nil for a host that is known as a state only.
  ///   - file: The file as the user named it.
  ///   - topology: What is where on the host.
  package init(profile: Profile?, file: String, topology: HostTopology) {
    places = profile?.ruleOrigins ?? [:]
    self.file = file
    names = topology.endpoints.map(\.name)
  }

  /// Where a rule is written.
  ///
  /// - Parameters:
  ///   - rule: The name a reader knows it by.
  ///   - endpoint: The endpoint, by its place in the topology; nil for the host itself.
  package func place(of rule: String, at endpoint: Int?) -> Place? {
    endpoint.flatMap { places[names[$0]]?[rule] }
  }

  /// The place as messages print it, of a rule of an endpoint told by name.
  func text(of rule: String, atEndpointNamed endpoint: String) -> String? {
    places[endpoint]?[rule].map { "\(printable(file)):\($0.line)" }
  }

  /// The place as messages print it: file and line.
  func text(of rule: String, at endpoint: Int?) -> String? {
    place(of: rule, at: endpoint).map { "\(printable(file)):\($0.line)" }
  }

  /// The place for programs.
  func document(of rule: String, at endpoint: Int?) -> JSON? {
    place(of: rule, at: endpoint).map { place in
      ["file": .string(file), "line": .whole(place.line), "column": .whole(place.column)]
    }
  }
}
