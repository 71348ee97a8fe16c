package import Diagnostics
package import HostModel

/// Reads captures and dumps of real hosts.
package enum HostImport {
  /// The `kind` of the file that `hnsctl capture-script` makes.
  package static let captureKind = "HostCapture"

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

  /// What files of one host contain, parsed and not yet put together.
  package struct Capture: Sendable {
    fileprivate var captured = CapturedHost()
    fileprivate var diagnostics: [Diagnostic] = []

    /// Gives away what the files contain, so that its parts can be released one after the other.
    fileprivate mutating func takeCaptured() -> CapturedHost {
      defer { captured = CapturedHost() }
      return captured
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
    host(of: capture(files), windows: windows)
  }

  /// Puts together what files of one host contain.
  ///
  /// - Parameters:
  ///   - capture: What they contain.
  ///   - windows: The build of Windows, if the user specified one.
  /// - Returns: The host, or nil after errors; and what was found on the way.
  package static func host(
    of capture: consuming Capture, windows: WindowsBuild? = nil
  ) -> (host: ImportedHost?, diagnostics: [Diagnostic]) {
    let diagnostics = capture.diagnostics
    guard !diagnostics.contains(where: { $0.severity == .error }) else { return (nil, diagnostics) }
    let (host, found) = HostAssembly.assemble(capture.takeCaptured(), windows: windows)
    return (host, diagnostics + found)
  }

  /// Parses the files of one host.
  ///
  /// - Parameter files: The files.
  /// - Returns: What they contain, with the errors of files that are cut off or damaged.
  package static func capture(_ files: [File]) -> Capture {
    var capture = Capture()
    for file in files {
      capture.captured.files.append(file.name)
      do throws(Diagnostic) {
        try CaptureForms.read(file.bytes, file: file.name, into: &capture.captured)
      } catch {
        capture.diagnostics.append(error)
      }
    }
    if capture.diagnostics.isEmpty, !capture.captured.isRecognized, let first = files.first {
      capture.diagnostics.append(unrecognized(first))
    }
    return capture
  }

  private static func unrecognized(_ file: File) -> Diagnostic {
    if let format = PackedFormat(file.bytes) {
      return Diagnostic(
        .captureNotRecognized, format.message, file: file.name, help: PackedFormat.help)
    }
    return Diagnostic(
      .captureNotRecognized, "nothing in this file is known to be from a Windows container host",
      file: file.name,
      help: "capture the host with the script of `hnsctl capture-script`, or pipe Get-HnsNetwork, "
        + "Get-HnsEndpoint and Get-HnsNamespace to `ConvertTo-Json -Depth 20`, each into a file of one folder"
    )
  }

  /// Parses a file that may be a capture, or a profile or anything else.
  ///
  /// A file that is cut off or damaged is one if it has a member that documents of Windows have and profiles do not.
  ///
  /// - Parameter file: The file.
  /// - Returns: What it contains; nil if it is not a capture.
  package static func captureIfAny(_ file: File) -> Capture? {
    let first = CapturedText(Array(file.bytes.prefix(4096)), file: "").bytes.first { $0 > 0x20 }
    guard let first else { return nil }
    let capture = capture([file])
    guard !capture.captured.isRecognized else { return capture }
    guard let problem = capture.diagnostics.first, problem.code != .captureNotRecognized else { return nil }
    guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return capture }
    let text = CapturedText(file.bytes, file: "")
    let names = ["\"ID\"", "\"Id\"", "\"InstanceID\"", "\"Success\""]
    return names.contains { text.contains($0) } ? capture : nil
  }

  /// Whether a file is a capture, and not a profile or anything else.
  ///
  /// - Parameter raw: The bytes of the file as they are on disk.
  package static func isCapture(_ raw: [UInt8]) -> Bool { captureIfAny(File(name: "", bytes: raw)) != nil }
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
