import Glibc
import HNSStore
import HostImport
import JSONText
import PolicyPlan

/// The members of a document that say what it is, read once and in any position.
///
/// The values of other members of JSON are passed over by their brackets, and those of YAML by their indentation. Once
/// both members are found, no more of the text is read.
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
    let bytes = Self.isUTF16(bytes) ? CapturedText(bytes, file: "").bytes : bytes
    var reader = JSONReader(bytes)
    if reader.peek() == UInt8(ascii: "{") { read(&reader) } else { readYAML(bytes) }
  }

  /// Whether a text is in UTF-16, by its byte order mark.
  static func isUTF16(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff])
  }

  /// Whether it is a file of tests.
  var isTests: Bool { kind == "PolicyTests" }

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

  /// The lines of the outermost mapping of a document are those that are indented like its first one.
  private mutating func readYAML(_ bytes: [UInt8]) {
    let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]
    var rest = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
    var indentation: Int?
    while !rest.isEmpty, kind == nil || apiVersion == nil {
      let end = rest.withUnsafeBytes { buffer in
        buffer.baseAddress.flatMap { base in
          memchr(base, 0x0a, buffer.count).map { base.distance(to: UnsafeRawPointer($0)) }
        }
      }
      let line = rest.prefix(end ?? rest.count)
      rest = rest.dropFirst(line.count + 1)
      let text = line.drop { $0 == 0x20 }
      guard let first = text.first, first != 0x0d, first != UInt8(ascii: "#") else { continue }
      if line.starts(with: "---".utf8) {
        indentation = nil
        continue
      }
      guard first != UInt8(ascii: "%"), text.count + (indentation ?? line.count - text.count) == line.count
      else { continue }
      indentation = line.count - text.count
      if kind == nil { kind = Self.value(of: "kind", in: text) }
      if apiVersion == nil { apiVersion = Self.value(of: "apiVersion", in: text) }
    }
  }

  /// The value of a key in a line of YAML; nil if the line has another key.
  private static func value(of key: String, in line: ArraySlice<UInt8>) -> String? {
    guard let mark = [key, "\"\(key)\"", "'\(key)'"].first(where: { line.starts(with: $0.utf8) }) else {
      return nil
    }
    let rest = line.dropFirst(mark.utf8.count).drop { $0 == 0x20 }
    guard rest.first == UInt8(ascii: ":") else { return nil }
    let text = String(decoding: rest.dropFirst(), as: UTF8.self)
    let value = text.drop { $0 == " " || $0 == "\t" }
    if let quote = value.first, quote == "\"" || quote == "'" {
      return String(value.dropFirst().prefix { $0 != quote })
    }
    return String(value.prefix { !$0.isWhitespace })
  }
}
