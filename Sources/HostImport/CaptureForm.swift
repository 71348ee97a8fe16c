package import Diagnostics
package import JSONText

/// A form in which JSON objects of a host are written; recognized by the members of an object.
package struct ObjectForm: Sendable {
  /// What writes it, such as `Get-HnsNetwork | ConvertTo-Json`.
  package let title: String
  /// Whether an object is in this form.
  package let recognizes: @Sendable (JSONObject) -> Bool
  /// Adds what an object says to the host.
  package let read: @Sendable (JSONObject, CapturePlace, inout CapturedHost) -> Void
}

/// A form of text between JSON documents; recognized by its first line.
package struct TextForm: Sendable {
  /// What writes it, such as `vfpctrl /list-rule`.
  package let title: String
  /// Whether a line begins a passage in this form.
  package let begins: @Sendable (CapturedLines, Int) -> Bool
  /// Adds what a passage says to the host; returns the index of the line after it.
  package let read: @Sendable (CapturedLines, Int, inout CapturedHost) throws(Diagnostic) -> Int
}

/// A form of whole files; recognized by its first bytes.
package struct FileForm: Sendable {
  /// What writes it, such as `netsh advfirewall export`.
  package let title: String
  /// Whether the bytes of a file, as they are on disk, are in this form.
  package let recognizes: @Sendable ([UInt8]) -> Bool
  /// Adds what a file says to the host.
  package let read: @Sendable ([UInt8], _ file: String, inout CapturedHost) throws(Diagnostic) -> Void
}

/// The forms that are read.
///
/// The content of a file decides which one it is in, never its name.
package enum CaptureForms {
  /// The forms of whole files.
  package static let files: [FileForm] = FirewallForms.files
  /// The forms of JSON objects, the most specific first.
  package static let objects: [ObjectForm] =
    HNSDocumentForms.all + HostFactForms.all
    + FirewallForms.objects + VFPForms.objects + HostCaptureForms.all + LogForms.objects
  /// The forms of text.
  package static let texts: [TextForm] =
    FirewallForms.texts + VFPForms.texts + DiagnosticTables.texts + ListForms.texts + IPConfigForms.texts
    + LogForms.texts

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - raw: The bytes of the file.
  ///   - file: The file as the user named it.
  ///   - host: Receives what the file says.
  /// - Throws: A diagnostic of a file that is cut off or damaged.
  package static func read(_ raw: [UInt8], file: String, into host: inout CapturedHost) throws(Diagnostic) {
    if let form = files.first(where: { $0.recognizes(raw) }) {
      try form.read(raw, file, &host)
      host.forms[form.title, default: 0] += 1
      return
    }
    try CapturedText(raw, file: file).forEachPart { part throws(Diagnostic) in
      switch part {
      case .value(let value, let place): read(value, place, depth: 0, &host)
      case .lines(let lines): try read(lines, &host)
      }
    }
  }

  /// How deeply objects are searched for those in a known form.
  private static let depthLimit = 4

  /// Reads a value; an object in no known form is searched for objects that are.
  static func read(_ value: JSON, _ place: CapturePlace, depth: Int = 0, _ host: inout CapturedHost) {
    switch value {
    case .object(let object) where object.members.isEmpty: break
    case .object(let object):
      if let form = objects.first(where: { $0.recognizes(object) }) {
        form.read(object, place, &host)
        host.forms[form.title, default: 0] += 1
        return
      }
      // An empty list of a capture says that there is nothing (host-capture.md).
      if object["rules"]?.array?.isEmpty == true, let filters = object["filters"]?.object {
        host.firewall.noteRules()
        if filters.members.isEmpty { return }
      }
      guard depth < depthLimit, object["apiVersion"] == nil,
        object.members.contains(where: { hasObjects($0.value) })
      else {
        host.keep(value.text(), at: place, because: "the object is in no known form")
        return
      }
      for member in object.members where hasObjects(member.value) {
        read(member.value, place, depth: depth + 1, &host)
      }
    case .array(let elements):
      guard depth <= depthLimit, elements.contains(where: hasObjects) else {
        if !elements.isEmpty { keep(value, place, &host) }
        return
      }
      for element in elements { read(element, place, depth: depth + 1, &host) }
    default: keep(value, place, &host)
    }
  }

  private static func keep(_ value: JSON, _ place: CapturePlace, _ host: inout CapturedHost) {
    host.keep(value.text(), at: place, because: "the value is in no known form")
  }

  private static func hasObjects(_ value: JSON) -> Bool {
    value.object?.members.isEmpty == false || value.array?.contains(where: hasObjects) ?? false
  }

  /// Reads lines; those of no known form are kept.
  static func read(_ lines: CapturedLines, _ host: inout CapturedHost) throws(Diagnostic) {
    var index = 0
    var unread: Int?
    func keep(to end: Int) {
      guard let first = unread else { return }
      if lines.isBinary(first..<end) {
        let count = (first..<end).reduce(0) { $0 + lines[$1].count }
        host.keep("\(count) bytes", at: lines.place(first), because: "it is not text, and in no known form")
      } else {
        host.keep(
          lines.text(first..<end), at: lines.place(first),
          because: lines.hasTable(first..<end)
            ? "tables are not evaluated: write the objects with ConvertTo-Json"
            : "the text is in no known form")
      }
    }
    while index < lines.count {
      guard let form = texts.first(where: { $0.begins(lines, index) }) else {
        if unread == nil, !lines.isBlank(index) { unread = index }
        index += 1
        continue
      }
      keep(to: index)
      unread = nil
      index = max(index + 1, try form.read(lines, index, &host))
      host.forms[form.title, default: 0] += 1
    }
    keep(to: lines.count)
  }
}
