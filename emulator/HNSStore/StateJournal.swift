import HNSEmulator
import JSONText

/// The calls that were acknowledged since a state file was saved.
///
/// One record stands on a line: a check of 16 hexadecimal digits, a blank, a compact JSON document, a line
/// feed. The first record is the header, each other one a call. The check covers the one before it too, so
/// that a line that is missing, doubled or moved is found.
///
/// A record is written by one system call, and acknowledged afterwards. So what a killed writer leaves of its
/// last one is its beginning: text behind the last line feed is no record, and is passed over. A whole line
/// whose check is wrong was damaged later, wherever it stands.
struct StateJournal: Sendable {
  /// The format of journals this program writes.
  static let currentFormat: Int64 = 1

  /// More bytes than a header has.
  static let headerLimit = 4096

  /// What the first line says.
  struct Header: Hashable, Sendable {
    /// The digest of the state file whose host the calls were made on.
    var state: StateDigest
    /// How the service leaves networks that were just created.
    var defersSettling: Bool

    var document: JSON {
      [
        "formatVersion": .integer(StateJournal.currentFormat), "journalOf": .string(state.description),
        "defersSettling": .bool(defersSettling),
      ]
    }

    init(state: StateDigest, defersSettling: Bool) {
      self.state = state
      self.defersSettling = defersSettling
    }

    init(document: JSON) throws(SnapshotError) {
      let reader = try SnapshotReader(document, "")
      _ = try reader.format(upTo: StateJournal.currentFormat)
      try reader.allow(["formatVersion", "journalOf", "defersSettling"])
      state = try reader.digest("journalOf")
      defersSettling = try reader.flag("defersSettling")
    }
  }

  /// Where it stands.
  let path: String
  let header: Header
  private let records: JournalRecords

  /// Takes the bytes of a journal, whose checks must be right.
  init(_ bytes: [UInt8], path: String) throws(JournalDamage) {
    self.path = path
    var records = JournalRecords(bytes)
    guard let first = try records.next() else {
      throw JournalDamage(line: 1, reason: "its first line is cut off")
    }
    header = try records.read(first) { document throws(SnapshotError) in try Header(document: document) }
    self.records = records
    while try records.next() != nil {}
  }

  /// The header at the start of some bytes; nil when there is none.
  static func header(in bytes: [UInt8]) -> Header? {
    var records = JournalRecords(bytes)
    guard let line = try? records.next(), let document = try? JSON(parsing: Array(line)) else { return nil }
    return try? Header(document: document)
  }

  /// Carries the calls out on the state they were made on.
  func replay(on state: inout HostState) throws(JournalDamage) {
    state.service.defersSettling = header.defersSettling
    var records = records
    while let record = try records.next() {
      let call = try records.read(record) { document throws(SnapshotError) in
        try ServiceCall(document: document)
      }
      let reply = state.service.perform(call)
      guard !reply.isRefusal else {
        throw JournalDamage(
          line: records.line,
          reason: "the host refuses the call \(call.function) that it took before"
            + (reply.error.map { ": \($0)" } ?? ""))
      }
      state.serial &+= 1
    }
    state.service.defersSettling = false
  }
}

/// The lines of a journal, one after the other, with their checks.
struct JournalRecords: Sendable {
  private let bytes: [UInt8]
  private var index = 0
  private var check = JournalCheck()
  /// The number of the line that was given last, counted from 1.
  private(set) var line = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The document of the next line; nil at the end, or where the last line is cut off.
  mutating func next() throws(JournalDamage) -> ArraySlice<UInt8>? {
    guard let end = bytes[index...].firstIndex(of: 0x0a) else { return nil }
    let text = bytes[index..<end]
    index = end + 1
    line += 1
    let document = text.dropFirst(JournalCheck.width + 1)
    check.combine(document)
    guard text.starts(with: check.text), text.dropFirst(JournalCheck.width).first == 0x20 else {
      throw JournalDamage(line: line, reason: "the line is not as it was written")
    }
    return document
  }

  /// Makes a value of the line that was given last.
  func read<Value>(
    _ record: ArraySlice<UInt8>, _ make: (JSON) throws(SnapshotError) -> Value
  ) throws(JournalDamage) -> Value {
    let document: JSON
    do throws(JSONError) { document = try JSON(parsing: Array(record)) } catch {
      throw JournalDamage(
        line: line, reason: "column \(error.column + JournalCheck.width + 1): \(error.reason)")
    }
    do throws(SnapshotError) { return try make(document) } catch {
      throw JournalDamage(
        line: line, reason: error.path.isEmpty ? error.reason : "'\(error.path)' \(error.reason)",
        newerFormat: error.newerFormat)
    }
  }
}

/// The checks of the lines of a journal, each of which depends on all the lines before it.
struct JournalCheck: Sendable {
  /// How many digits a check has.
  static let width = 16

  private var value: UInt64 = 0

  /// Goes on to the next line.
  mutating func combine(_ document: ArraySlice<UInt8>) {
    var digest = SeededDigest(value, "journal")
    digest.combine(document)
    value = UInt64(truncatingIfNeeded: digest.bits)
  }

  /// The digits of the check.
  var text: [UInt8] {
    (0..<UInt64(Self.width)).reversed().map { place in
      let digit = UInt8(truncatingIfNeeded: value >> (place * 4) & 15)
      return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
  }

  /// The line of a document, with which the check goes on.
  mutating func line(of document: JSON) -> [UInt8] {
    let bytes = document.bytes()
    combine(bytes[...])
    return text + [0x20] + bytes + [0x0a]
  }
}

/// What is wrong with a journal.
struct JournalDamage: Error, Hashable, Sendable {
  let line: Int
  let reason: String
  var newerFormat: Int64?

  /// The error of the journal at a path.
  func error(_ path: String) -> StateFileError {
    if let newerFormat { return .newerFormat(path: path, found: newerFormat, reason: "its \(reason)") }
    return .journalDamaged(path: path, line: line, reason: reason)
  }
}
