package import Diagnostics
package import HNSStore
import JSONText
import NetworkProfile

extension SourceReader {
  /// The diagnostic for a state file error, with the place of what is damaged and the text there.
  package func stateDiagnostic(_ error: StateFileError) -> Diagnostic {
    var diagnostic = Self.diagnostic(of: error)
    guard [.stateDamaged, .journalDamaged].contains(diagnostic.code), error.path != "-",
      case .success(let bytes) = ProfileFile.read(error.path)
    else { return diagnostic }
    console.remember(bytes, as: error.path)
    if case .damagedMember(_, let member, _) = error, let place = JSONReader.place(of: member, in: bytes) {
      diagnostic.location = SourceRange(
        line: UInt32(clamping: place.line), column: UInt32(clamping: place.column))
    }
    return diagnostic
  }

  /// The diagnostic for a state file error.
  package static func diagnostic(of error: StateFileError) -> Diagnostic {
    var location: SourceRange?
    var reason = error.reason
    let code: DiagnosticCode
    var help: String?
    var subject = "the state"
    switch error {
    case .isDirectory, .notAFile, .unreadable: code = .stateUnreadable
    case .empty, .tooLarge, .damagedMember: code = .stateDamaged
    case .damaged(_, let line, let column, let why):
      code = .stateDamaged
      reason = "is damaged: \(why)"
      location = SourceRange(line: UInt32(clamping: line), column: UInt32(clamping: column))
    case .newerFormat:
      code = .stateNewerFormat
      help = "use the hnsctl that wrote it"
    case .journalDamaged(_, let line, let why):
      code = .journalDamaged
      reason = "is damaged: \(why)"
      subject = "the journal of the state"
      location = SourceRange(line: UInt32(clamping: line), column: 1)
      help = "restore it together with its state, or remove it to discard the calls in it"
    case .journalUnreadable:
      code = .stateUnreadable
      subject = "the journal of the state"
      help = "restore it together with its state, or remove it to discard the calls in it"
    case .lockNotAFile:
      code = .lockNotAFile
      subject = "the lock file of the state"
      help = "remove it, or use another state file"
    case .journalMismatch(_, let state, _):
      code = .journalMismatch
      subject = "the journal"
      help =
        "restore the state it belongs to as \(state), or remove it to discard the calls in it"
    case .otherHost:
      code = .hostMismatch
      help = "remove --windows or --assume, or use another state file"
    case .unwritable: code = .stateNotSaved
    case .notDurable:
      code = .stateNotDurable
      help = "the new state is in place; check the disk"
    case .locked:
      code = .stateLocked
      help = "wait for it, or use --lock-timeout SECONDS"
    }
    if code == .stateDamaged { help = "restore the file, or move it away and apply the profiles again" }
    return Diagnostic(code, "\(subject) \(reason)", file: error.path, at: location, help: help)
  }
}
