import HostModel
import JSONText

extension PolicyReader {
  /// The settings of a policy as HNS echoes them: without members that have their default value, enumeration
  /// values in their documented spelling, everything else as given (reference: hns, 0 rule 11, 1.1 and 6.6).
  ///
  /// A required member is kept with any value, and so is one that is not in the reference.
  static func echoed(_ settings: JSONObject, _ members: [PolicySchema.Member]) -> JSONObject {
    JSONObject(
      settings.members.compactMap { member in
        guard let known = members.first(where: { $0.name == member.key }) else { return member }
        switch known.checkedShape {
        case .enumeration(let words):
          if let word = spelling(member.value, among: words) {
            return JSONObject.Member(member.key, .string(word))
          }
        case .list(.object(let members)):
          if let elements = member.value.array, !elements.isEmpty {
            let list = elements.map { element in
              element.object.map { JSON.object(echoed($0, members)) } ?? element
            }
            return JSONObject.Member(member.key, .array(list))
          }
        default: break
        }
        return known.requirement == .always || !member.value.isDefault ? member : nil
      })
  }

  /// The documented spelling for a value given as a name in any case or as a number.
  static func spelling(_ value: JSON, among words: [String]) -> String? {
    if let text = value.string { return words.first { $0.lowercased() == text.lowercased() } }
    guard let index = value.integer.flatMap({ Int(exactly: $0) }), words.indices.contains(index) else {
      return nil
    }
    return words[index]
  }
}

extension JSON {
  /// Whether the value is the same as that of an absent member.
  fileprivate var isDefault: Bool {
    switch self {
    case .null, .string(""), .integer(0), .bool(false), .array([]): true
    default: false
    }
  }
}
