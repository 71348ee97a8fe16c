import JSONText
import NetworkTypes

/// Values of CIM objects as ConvertTo-Json prints them: enumerations as numbers or words, and lists in several
/// shapes (reference: windows-firewall-and-vfp, 2.3 and 2.4).
enum CIMValue {
  /// The elements of a list; one element can stand for itself, and Windows PowerShell can write a list as an object
  /// of `value` and `Count`.
  static func elements(_ value: JSON?) -> [JSON] {
    switch value {
    case nil, .null: []
    case .array(let elements): elements
    case .object(let object): object["value"].map { elements($0) } ?? [.object(object)]
    case let element?: [element]
    }
  }

  /// The texts of a list; nil if the value is absent or was cut off.
  ///
  /// One element can stand for itself, an empty list can be `""`, and a list can be an object of `value` and
  /// `Count`.
  static func list(_ value: JSON?) -> [String]? {
    switch value {
    case nil: return nil
    case .null: return []
    case .bool(let flag): return [flag ? "True" : "False"]
    case .integer(let number): return ["\(number)"]
    case .number(let text): return [text]
    case .string(let text):
      if text.isEmpty { return [] }
      guard !isCut(text) else { return nil }
      // User conditions are SDDL, which has no commas; programs can have them.
      guard text.contains(","), !text.contains("\\"), !text.contains("(") else { return [text] }
      return text.split(separator: ",").map(\.trimmingBlanks)
    case .array(let elements):
      var texts: [String] = []
      for element in elements {
        guard let part = list(element) else { return nil }
        texts += part
      }
      return texts
    case .object(let object): return object["value"].flatMap { list($0) }
    }
  }

  /// The texts of a list as they are, one of which can stand for itself; none if the value is neither.
  static func texts(_ value: JSON?) -> [String] {
    value?.array?.compactMap(\.string) ?? value?.string.map { [$0] } ?? []
  }

  /// One text; nil if there is none.
  static func text(_ value: JSON?) -> String? {
    switch value {
    case .string(let text): text.isEmpty || isCut(text) ? nil : text
    case .integer(let number): "\(number)"
    default: nil
    }
  }

  /// A truth value.
  static func flag(_ value: JSON?) -> Bool? {
    switch value {
    case .bool(let flag): flag
    case .integer(let number): number == 1 ? true : number == 0 ? false : nil
    case .string(let text): ["true": true, "1": true, "false": false, "0": false][text.lowercased()]
    default: nil
    }
  }

  /// The word of an enumeration that prints as a number or a word; nil if it is neither.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - words: The words by their numbers.
  static func word(_ value: JSON?, _ words: [Int: String]) -> String? {
    switch value {
    case .integer(let number): return Int(exactly: number).flatMap { words[$0] }
    case .bool(let flag): return words.values.first { $0 == (flag ? "True" : "False") }
    case .string(let text):
      if let number = Int(text) { return words[number] }
      return words.values.first { $0.lowercased() == text.lowercased() }
    default: return nil
    }
  }

  private static func isCut(_ text: String) -> Bool {
    text.hasPrefix("@{") || text.hasPrefix("System.") || text.hasPrefix("MSFT_")
      || text.hasPrefix("CimInstance") || text.hasPrefix("Microsoft.")
  }
}
