import JSONText
import Manifests

/// A row as it is evaluated in one run: the benchmark and the parameters.
struct RowSettings {
  let rule: AuditRule
  let benchmark: AuditBenchmark
  /// The parameters of the user, by the template's names.
  let values: [String: ManifestValue]
  /// Whether the values of the benchmark's initiative stand in for parameters that are not given.
  let usesDefaults: Bool

  /// Whether the logic is that of 2021 to the letter.
  var isExact2021: Bool { benchmark == .asc2021 }

  /// A parameter, or what the initiative gives it.
  subscript(name: String) -> ManifestValue? {
    values[name] ?? (usesDefaults ? initiativeValue(name) : nil)
  }

  /// What the initiative gives a parameter.
  func initiativeValue(_ name: String) -> ManifestValue? {
    rule.parameters.first { $0.name == name }?.defaults[benchmark].map { ManifestValue($0) }
  }

  /// Why the row cannot be evaluated without more parameters; nil if it can.
  var missingParameters: String? {
    switch rule.needs {
    case .nothing: nil
    case .oneOf(let names):
      names.contains { self[$0] != nil } ? nil : "no value for \(names.joined(separator: " or "))"
    case .all(let names):
      names.allSatisfy { self[$0] != nil }
        ? nil : "no value for \(names.filter { self[$0] == nil }.joined(separator: " and "))"
    }
  }

  func texts(_ name: String) -> [String] { self[name]?.elements.compactMap(\.scalarText) ?? [] }

  /// The elements of a list of port texts.
  ///
  /// A number is not a text to the templates of 2021.
  func portTexts(_ name: String) -> Set<String> {
    let elements = self[name]?.elements ?? []
    return Set(elements.compactMap { isExact2021 ? $0.text : $0.scalarText })
  }

  /// The namespaces that are left out.
  var excludedNamespaces: Set<String> {
    if let own = values["excludedNamespaces"] { return Set(own.elements.compactMap(\.scalarText)) }
    return Set(benchmark.excludedNamespaces(row: rule.row))
  }
}
