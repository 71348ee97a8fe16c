import JSONText

/// Members that a writer cut off: ConvertTo-Json writes what is deeper than `-Depth` as text, `@{a=1; b=..}` or the
/// name of a type.
enum CutMembers {
  /// What stands for a member that another writer cut off.
  static let mark = JSON.string("System.Object[]")

  /// Whether a text stands for an object or a list that was cut off.
  static func isCut(_ text: String) -> Bool {
    text.hasPrefix("@{") && text.hasSuffix("}") || text.hasPrefix("System.Object")
      || text.hasPrefix("System.Collections.")
      || text.hasPrefix("System.Management.Automation.PSCustomObject")
  }

  /// An object without the members that were cut off.
  ///
  /// In a list of which any element was cut off, every element is unknown.
  ///
  /// - Parameters:
  ///   - object: The object.
  ///   - path: Where it is in the document; empty for the document itself.
  ///   - cuts: Receives the paths of the members.
  static func removed(from object: JSONObject, path: String = "", _ cuts: inout [String]) -> JSONObject {
    var members: [JSONObject.Member] = []
    for member in object.members {
      let path = path.isEmpty ? member.key : "\(path).\(member.key)"
      switch member.value {
      case .string(let text) where isCut(text): cuts.append(path)
      case .object(let child):
        members.append(.init(member.key, .object(removed(from: child, path: path, &cuts))))
      case .array(let elements):
        if elements.contains(where: { $0.string.map(isCut) ?? false }) {
          cuts.append(path)
          continue
        }
        members.append(
          .init(
            member.key,
            .array(
              elements.map { element in
                element.object.map { .object(removed(from: $0, path: path, &cuts)) } ?? element
              })))
      default: members.append(member)
      }
    }
    return JSONObject(members)
  }
}
