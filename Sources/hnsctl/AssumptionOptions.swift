import ArgumentParser
import Diagnostics
import HostModel

/// The option that sets assumptions about a host.
struct AssumptionOptions: ParsableArguments {
  @Option(
    name: .customLong("assume"),
    help: ArgumentHelp(
      "Set an assumption; `hnsctl capabilities` lists them all.", valueName: "name=value"),
    completion: .list(Assumption.allCases.flatMap { key in key.values.map { "\(key.name)=\($0.value)" } }))
  var assumptions: [String] = []

  @Option(name: .customLong("switch"), help: .hidden)
  var formerAssumptions: [String] = []

  func validate() throws { _ = try parsed() }

  /// The assumptions in the order given.
  var list: [(key: Assumption, value: String)] { (try? parsed()) ?? [] }

  /// Whether the option was given by its old name.
  var usesFormerName: Bool { !formerAssumptions.isEmpty }

  private func parsed() throws -> [(key: Assumption, value: String)] {
    try (formerAssumptions + assumptions).map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let key = Assumption(name: parts[0]) else {
        let names = Assumption.allCases.map(\.name)
        let help =
          NearMiss.nearest(to: parts[0], among: names).map { "did you mean '\($0)'?" }
          ?? "--assume takes \(names.joined(separator: ", "))"
        throw ValidationError("there is no assumption '\(parts[0])'; \(help)")
      }
      guard parts.count == 2, key.values.contains(where: { $0.value == parts[1] }) else {
        let values = key.values.map { "\(key.name)=\($0.value)" }.joined(separator: " or ")
        throw ValidationError("--assume takes \(values), which decides \(key.summary)")
      }
      return (key, parts[1])
    }
  }
}
