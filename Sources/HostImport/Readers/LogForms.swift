import Diagnostics
import JSONText

/// Replies of HNS in logs (reference: captures, 1; hns, 4.4).
enum LogForms {
  private static let title = "replies of HNS in a log"

  static let texts: [TextForm] = [
    TextForm(
      title: title, begins: { lines, index in EmbeddedJSON.start(in: lines[index]) != nil },
      read: { lines, index, host throws(Diagnostic) in read(lines, index, &host) }),
    TextForm(
      title: "lists of bytes in a Go log", begins: { lines, index in GoDump.begins(lines[index]) },
      read: { lines, index, host throws(Diagnostic) in readDump(lines, index, &host) }),
  ]

  /// Lines of a log that are JSON objects themselves, with the reply in a string.
  static let objects: [ObjectForm] = [
    ObjectForm(
      title: title, recognizes: { object in object.members.contains { hasReply($0.value) } },
      read: { object, place, host in
        for member in object.members {
          guard let text = member.value.string, hasReply(member.value) else { continue }
          let lines = CapturedLines(text, at: place)
          var index = 0
          while index < lines.count {
            index =
              EmbeddedJSON.start(in: lines[index]) == nil ? index + 1 : read(lines, index, &host)
          }
        }
      })
  ]

  private static func hasReply(_ value: JSON) -> Bool {
    guard case .string(let text) = value, text.utf8.count > 20 else { return false }
    return EmbeddedJSON.start(in: Array(text.utf8)[...]) != nil
  }

  /// Reads all documents that begin on a line; returns the index of the line after them.
  private static func read(_ lines: CapturedLines, _ index: Int, _ host: inout CapturedHost) -> Int {
    var (line, offset) = (index, 0)
    while let start = EmbeddedJSON.start(in: lines[line], from: offset) {
      do throws(EmbeddedJSON.Problem) {
        let document = try EmbeddedJSON(lines, line, start)
        CaptureForms.read(document.value, lines.place(line), &host)
        (line, offset) = (document.line, document.offset)
      } catch {
        host.keep(
          lines.text(line), at: lines.place(line),
          because: error.isCut
            ? "a document of HNS in the line is cut off" : "a document of HNS in the line is not valid JSON")
        break
      }
    }
    return line + 1
  }

  private static func readDump(_ lines: CapturedLines, _ index: Int, _ host: inout CapturedHost) -> Int {
    let dump = GoDump(lines, index)
    let place = lines.place(index)
    if let object = dump.object, HNSDocumentForms.all.contains(where: { $0.recognizes(object) }) {
      CaptureForms.read(.object(object), place, &host)
    } else if dump.isDamaged {
      host.keep(
        lines.text(index..<dump.end), at: place, because: "a list of bytes in the line is not valid JSON")
    } else {
      for document in dump.documents {
        if let object = document.object, CaptureForms.objects.contains(where: { $0.recognizes(object) }) {
          CaptureForms.read(document, place, &host)
        } else {
          host.keep(document.text(), at: place, because: "the log does not say which object the part is of")
        }
      }
    }
    return dump.end
  }
}
