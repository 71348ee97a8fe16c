import HNSStore
import HostImport
import JSONText
import PolicyPlan

/// The members of a document that say what it is, read once and in any position.
///
/// The values of other members of JSON are passed over by their brackets; of YAML only the first lines are read.
struct FileHead {
  /// What it is, if it is a document of this program.
  private(set) var document: DocumentKind?
  /// The member `kind`.
  private(set) var kind: String?
  /// The member `apiVersion`.
  private(set) var apiVersion: String?

  /// Reads the head of a text.
  ///
  /// - Parameter bytes: The text, JSON or YAML.
  init(_ bytes: [UInt8]) {
    var reader = JSONReader(bytes)
    if reader.peek() == UInt8(ascii: "{") { read(&reader) } else { readYAML(bytes) }
  }

  /// Reads the head of JSON; of other text nothing is known.
  init(_ reader: inout JSONReader) {
    guard reader.peek() == UInt8(ascii: "{") else { return }
    read(&reader)
  }

  /// A document of this program has a `kind`; those of former versions have none, and are recognized by the members
  /// that only they have.
  private mutating func read(_ reader: inout JSONReader) {
    var names: Set<String> = []
    do throws(JSONError) {
      try reader.enter()
      while let name = try reader.nextMember() {
        names.insert(name)
        switch name {
        case "kind":
          let kind = try reader.value().string ?? ""
          self.kind = kind
          document = DocumentKind(named: kind)
          if document != nil || kind == HostImport.captureKind || apiVersion != nil { return }
        case "apiVersion":
          apiVersion = try reader.value().string
          if kind != nil { return }
        default:
          if kind == nil, names.contains("formatVersion"), let former = DocumentKind(formerWith: names) {
            document = former
            return
          }
          try reader.pass()
        }
      }
    } catch {}
    if kind == nil, names.contains("formatVersion"), !DocumentKind.isOutputOfShow(names) { document = .other }
  }

  private mutating func readYAML(_ bytes: [UInt8]) {
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    let text = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    let lines = text.split(separator: 0x0a, maxSplits: 200).prefix(200)
    func member(_ key: String) -> String? {
      let mark = Array("\(key):".utf8)
      return lines.first { $0.starts(with: mark) }.map { line in
        let text = String(decoding: line.dropFirst(mark.count), as: UTF8.self)
        return String(text.drop { " \"'".contains($0) })
      }
    }
    kind = member("kind")
    apiVersion = member("apiVersion")
  }
}
