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
  /// Profiles and states; with the text of standard input, which cannot be read again.
  private var documents: [(file: String, bytes: [UInt8])] = []
  /// The files of captures by their folder, in the order found: those of a folder are one host.
  private var captures: [(folder: String, files: [String])] = []

  init(console: Console, budget: Budget) {
    self.console = console
    self.budget = budget
  }

  mutating func add(_ file: String, _ bytes: [UInt8]) {
    documents.append((file, file == "-" ? bytes : []))
  }

  mutating func addCapture(_ file: String, _ bytes: [UInt8]) {
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
    for document in documents {
      add(document.file, to: &auditor) { session in
        guard document.file == "-" else { return try QuerySource(document.file, session: session) }
        if DocumentKind(document.bytes) == nil {
          return try QuerySource(
            session.profile(document.bytes, file: document.file), file: document.file, session: session)
        }
        return QuerySource(try session.state(document.bytes, file: document.file), file: document.file)
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
