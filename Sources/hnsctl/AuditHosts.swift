import Audit
import Diagnostics
import NetworkProfile
import PacketSpace
import PolicyViews
import SourceReading

/// The hosts of an audit: profiles, states and captures.
///
/// One that cannot be read does not hide the others.
struct AuditHosts {
  private let console: Console
  private let budget: Budget
  /// Profiles and states.
  private var documents: [String] = []
  /// What standard input is, which cannot be read again.
  private var standardInput: [UInt8]?
  /// The files of captures by their folder, in the order found: those of a folder are one host.
  private var captures: [(folder: String, files: [String])] = []

  init(console: Console, budget: Budget) {
    self.console = console
    self.budget = budget
  }

  mutating func add(_ file: String, _ bytes: [UInt8]) {
    if file == "-" { standardInput = bytes } else { documents.append(file) }
  }

  mutating func addCapture(_ file: String, _ bytes: [UInt8]) {
    guard file != "-" else {
      standardInput = bytes
      return
    }
    let folder = Self.folder(of: file)
    if let index = captures.firstIndex(where: { $0.folder == folder }) {
      captures[index].files.append(file)
    } else {
      captures.append((folder, [file]))
    }
  }

  /// Whether a folder has files of a capture.
  func hasCapture(beside file: String) -> Bool {
    captures.contains { $0.folder == Self.folder(of: file) }
  }

  private static func folder(of file: String) -> String {
    file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
  }

  // MARK: Reading

  /// Reads all of them.
  func read(into auditor: inout Auditor) {
    for file in documents { add(file, to: &auditor) { try QuerySource(file, session: $0) } }
    if let standardInput {
      add("-", to: &auditor) {
        try QuerySource(try $0.document(standardInput, file: "-"), file: "-", session: $0)
      }
    }
    for capture in captures {
      let name = capture.files.count == 1 ? capture.files[0] : capture.folder
      add(name, to: &auditor) { QuerySource(try $0.capture(capture.files), file: name) }
    }
  }

  private func add(
    _ file: String, to auditor: inout Auditor, _ read: (Session) throws -> QuerySource
  ) {
    let own = Console(collecting: console.settings)
    let source = try? read(Session(console: own, budget: budget))
    console.add(own.everything { $0.code != .carriedByVFPOnly })
    guard let source else { return }
    auditor.add(
      AuditedHost(
        file: file, evaluator: source.evaluator, ruleLocations: source.profile?.ruleOrigins ?? [:],
        budget: budget))
  }
}
