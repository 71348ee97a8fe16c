import JSONText
import Manifests
import NetworkTypes

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

  /// The ports of a list of texts; `-1` is none.
  func portRanges(_ name: String) -> [PortRange] {
    texts(name).compactMap { text in
      guard case .range(let range) = PortText(parsing: Array(text.utf8).span) else { return nil }
      return range
    }
  }

  /// The addresses of a list of addresses, prefixes and ranges.
  func addressRanges(_ name: String) -> [AddressRange] { texts(name).compactMap { AddressRange($0) } }

  /// The ports of the host that containers may use; nil without the parameters.
  ///
  /// The list takes the place of the lowest and the highest port, each of which is 0 if only the other is given.
  var allowedHostPorts: PortSet? {
    if self["allowedHostPorts"] != nil { return PortSet(portRanges("allowedHostPorts")) }
    guard self["minPort"] != nil || self["maxPort"] != nil else { return nil }
    let low = UInt16(clamping: self["minPort"]?.integer ?? 0)
    let high = UInt16(clamping: self["maxPort"]?.integer ?? 0)
    return low <= high ? PortSet(low, high) : PortSet()
  }

  /// The namespaces that are left out.
  var excludedNamespaces: Set<String> {
    if let own = values["excludedNamespaces"] { return Set(own.elements.compactMap(\.scalarText)) }
    return Set(rule.excludedNamespaces(in: benchmark))
  }
}
