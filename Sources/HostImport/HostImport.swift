package import Diagnostics
package import HostModel

/// Reads captures and dumps of real hosts.
package enum HostImport {
  /// A file of a capture.
  package struct File: Sendable {
    /// The file as the user named it.
    package var name: String
    /// Its bytes as they are on disk.
    package var bytes: [UInt8]

    /// Makes a file.
    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Reads the files of one host.
  ///
  /// - Parameters:
  ///   - files: The files.
  ///   - windows: The build of Windows, if the user specified one.
  /// - Returns: The host, or nil after errors; and what was found on the way.
  package static func host(
    _ files: [File], windows: WindowsBuild? = nil
  ) -> (host: ImportedHost?, diagnostics: [Diagnostic]) {
    var captured = CapturedHost()
    var diagnostics: [Diagnostic] = []
    for file in files {
      var part = captured
      part.forms = [:]
      do throws(Diagnostic) { try CaptureForms.read(file.bytes, file: file.name, into: &part) } catch {
        diagnostics.append(error)
        continue
      }
      if part.isRecognized {
        captured = part.adding(formsOf: captured)
      } else if files.count == 1 {
        diagnostics.append(unrecognized(file.name))
      } else {
        captured.keep(
          String(decoding: CapturedText(file.bytes, file: file.name).bytes, as: UTF8.self),
          at: CapturePlace(file: file.name, line: 1), because: "nothing in the file is in a known form")
      }
    }
    if diagnostics.isEmpty, !captured.isRecognized {
      diagnostics.append(unrecognized(files.first?.name ?? ""))
    }
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return (nil, diagnostics) }
    let (host, found) = HostAssembly.assemble(captured, windows: windows)
    return (host, diagnostics + found)
  }

  private static func unrecognized(_ file: String) -> Diagnostic {
    Diagnostic(
      .captureNotRecognized, "nothing in this file is known to be from a Windows container host", file: file,
      help: "capture the host with the script of `hnsctl capture-script`, or with "
        + "`Get-HnsEndpoint | ConvertTo-Json -Depth 20`")
  }

  /// Whether a file is a capture, and not a profile or anything else.
  ///
  /// A file that is cut off or damaged is one if it has a member that documents of Windows have and profiles do not.
  ///
  /// - Parameter raw: The bytes of the file as they are on disk.
  package static func isCapture(_ raw: [UInt8]) -> Bool {
    if CaptureForms.files.contains(where: { $0.recognizes(raw) }) { return true }
    let text = CapturedText(raw, file: "")
    guard let first = text.bytes.first(where: { $0 > 0x20 }) else { return false }
    let isJSON = first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    do throws(Diagnostic) {
      return try text.parts().contains { part in
        switch part {
        case .value(let value, _): CaptureForms.recognizes(value)
        case .lines(let lines): CaptureForms.recognizes(lines)
        }
      }
    } catch {
      guard isJSON else { return true }
      return ["\"ID\"", "\"Id\"", "\"InstanceID\"", "\"Success\""].contains { text.contains($0) }
    }
  }
}

extension CapturedHost {
  fileprivate func adding(formsOf other: CapturedHost) -> CapturedHost {
    var result = self
    for (title, count) in other.forms { result.forms[title, default: 0] += count }
    return result
  }
}

extension CapturedText {
  /// Whether the text contains a word.
  fileprivate func contains(_ word: String) -> Bool {
    let word = Array(word.utf8)
    guard let first = word.first else { return true }
    var start = bytes.startIndex
    while let found = bytes[start...].firstIndex(of: first) {
      if bytes[found...].starts(with: word) { return true }
      start = found + 1
    }
    return false
  }
}
