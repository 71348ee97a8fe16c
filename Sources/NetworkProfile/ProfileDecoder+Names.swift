import Diagnostics
import HostModel
import NetworkTypes
import YAMLSyntax

extension ProfileDecoder {
  /// Names that ACLs cannot have, because traces use them.
  static let ruleNames = ReservedRuleName.allCases.map(\.rawValue)

  /// Reads a name: lower-case letters, digits, `.`, `_` and `-`, at most 63 of them.
  mutating func name(_ node: YAMLNode, of noun: @autoclosure () -> String) -> Located<String>? {
    guard isText(node, "the name of \(noun())") else { return nil }
    let text = yaml.bytes(node)
    guard Self.isName(text) else {
      invalidName(node, noun())
      return nil
    }
    let name = yaml.string(node)
    if name == "host" {
      report(
        .reservedName, "\(noun()) cannot be named 'host', which refers to the node itself",
        at: yaml.location(node), help: "use another name")
      return nil
    }
    if let first = text.first, first <= UInt8(ascii: "9") {
      let span = Span(_unsafeElements: text)
      if AddressText(parsing: span) != .invalid {
        report(
          .invalidName, "the name '\(name)' looks like an address", at: yaml.location(node),
          help: "start it with a letter")
        return nil
      }
    }
    return located(name, node)
  }

  /// Whether a text is a valid name.
  static func isName(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard (1...63).contains(text.count) else { return false }
    for (index, byte) in text.enumerated() {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): continue
      case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): if index == 0 { return false }
      default: return false
      }
    }
    return true
  }

  private mutating func invalidName(_ node: YAMLNode, _ noun: String) {
    let text = yaml.string(node)
    var proposal = String(
      String.UnicodeScalarView(
        text.lowercased().unicodeScalars.map { scalar in
          scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
              || ".-_".unicodeScalars.contains(scalar))
            ? scalar : "-"
        }))
    proposal = String(proposal.drop { "._-".contains($0) }.prefix(63))
    report(
      .invalidName,
      "the name \(quoted(node)) of \(noun) must be 1 to 63 characters from a-z, 0-9, '.', '_' and '-', and start with a letter or digit",
      at: yaml.location(node), help: proposal.isEmpty ? nil : "write '\(proposal)'")
  }

  /// Reports a name that is already in use.
  mutating func duplicateName(_ name: Located<String>, of noun: String, first: SourceRange?) {
    report(
      .duplicateName, "there is already \(noun) named '\(name.value)'", at: name.location,
      notes: first.map { [.init("first defined here", $0)] } ?? [])
  }

  /// The candidate closest to a text, if one is close enough.
  func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
    NearMiss.nearest(to: text, among: candidates)
  }

  /// `did you mean ...`, or the available choices.
  func suggestion(for node: YAMLNode, among candidates: some Collection<String>, kind: String) -> String? {
    if let near = nearest(to: yaml.string(node), among: candidates) {
      return "did you mean '\(near)'?"
    }
    if candidates.isEmpty { return "the profile has no \(kind)" }
    guard candidates.count <= 8 else { return nil }
    return "the profile has \(candidates.sorted().joined(separator: ", "))"
  }
}
