import HNSEmulator
import JSONText

/// The calls acknowledged since a state file was saved.
///
/// Each record is one line: a checksum of 16 hexadecimal digits, a space, a compact JSON document, a line
/// feed. The first record is the header, every other one is a call. Each checksum also covers the one before
/// it, so that missing, duplicated or reordered lines are detected.
///
/// A record is written by one system call, and acknowledged afterwards. What a killed writer leaves of its
/// last record is therefore a prefix: text after the last line feed is not a record, and is ignored. A
/// complete line with a wrong checksum was damaged later.
struct StateJournal: Sendable {
  /// The format of journals this program writes.
  static let currentFormat: Int64 = 1

  /// An upper bound on the size of a header.
  static let headerLimit = 4096

  /// The contents of the first line.
  struct Header: Hashable, Sendable {
    /// The digest of the state file whose host the calls were made on.
    var state: StateDigest
    /// Whether new networks get their management IP later.
    var defersManagementIP: Bool

    var document: JSON {
      [
        "formatVersion": .integer(StateJournal.currentFormat), "journalOf": .string(state.description),
        "defersSettling": .bool(defersManagementIP),
      ]
    }

    init(state: StateDigest, defersManagementIP: Bool) {
      self.state = state
      self.defersManagementIP = defersManagementIP
    }

    init(document: JSON) throws(SnapshotError) {
      let reader = try SnapshotReader(document, "")
      _ = try reader.format(upTo: StateJournal.currentFormat)
      try reader.allow(["formatVersion", "journalOf", "defersSettling"])
      state = try reader.digest("journalOf")
      defersManagementIP = try reader.flag("defersSettling")
    }
  }

  /// The path of the journal.
  let path: String
  let header: Header
  private let records: JournalRecords

  /// Parses the bytes of a journal and verifies the checksums.
  init(_ bytes: [UInt8], path: String) throws(JournalError) {
    self.path = path
    var records = JournalRecords(bytes)
    guard let first = try records.next() else {
      throw JournalError(line: 1, reason: "its first line is cut off")
    }
    header = try records.read(first) { document throws(SnapshotError) in try Header(document: document) }
    self.records = records
    while try records.next() != nil {}
  }

  /// The header at the start of the bytes; nil if there is none.
  static func header(in bytes: [UInt8]) -> Header? {
    var records = JournalRecords(bytes)
    guard let line = try? records.next(), let document = try? JSON(parsing: Array(line)) else { return nil }
    return try? Header(document: document)
  }

  /// Replays the calls on the state they were made on.
  func replay(on state: inout HostState) throws(JournalError) {
    state.service.defersManagementIP = header.defersManagementIP
    var records = records
    while let record = try records.next() {
      let call = try records.read(record) { document throws(SnapshotError) in
        try ServiceCall(document: document)
      }
      let reply = state.service.perform(call)
      guard !reply.isRefusal else {
        throw JournalError(
          line: records.line,
          reason: "the host now refuses the call \(call.function), which it accepted before"
            + (reply.error.map { ": \($0)" } ?? ""))
      }
      state.serial &+= 1
    }
    state.service.defersManagementIP = false
  }
}

/// The lines of a journal, in order, with their checksums verified.
struct JournalRecords: Sendable {
  private let bytes: [UInt8]
  private var index = 0
  private var checksum = JournalChecksum()
  /// The number of the last line returned, counted from 1.
  private(set) var line = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The document of the next line; nil at the end, or if the last line is cut off.
  mutating func next() throws(JournalError) -> ArraySlice<UInt8>? {
    guard let end = bytes[index...].firstIndex(of: 0x0a) else { return nil }
    let text = bytes[index..<end]
    index = end + 1
    line += 1
    let document = text.dropFirst(JournalChecksum.width + 1)
    checksum.combine(document)
    guard text.starts(with: checksum.text), text.dropFirst(JournalChecksum.width).first == 0x20 else {
      throw JournalError(line: line, reason: "the checksum of the line does not match")
    }
    return document
  }

  /// Parses the last line returned.
  func read<Value>(
    _ record: ArraySlice<UInt8>, _ make: (JSON) throws(SnapshotError) -> Value
  ) throws(JournalError) -> Value {
    let document: JSON
    do throws(JSONError) { document = try JSON(parsing: Array(record)) } catch {
      throw JournalError(
        line: line, reason: "column \(error.column + JournalChecksum.width + 1): \(error.reason)")
    }
    do throws(SnapshotError) { return try make(document) } catch {
      throw JournalError(
        line: line, reason: error.path.isEmpty ? error.reason : "'\(error.path)' \(error.reason)",
        newerFormat: error.newerFormat)
    }
  }
}

/// The running checksum of a journal's lines, each of which depends on all lines before it.
struct JournalChecksum: Sendable {
  /// The number of digits of a checksum.
  static let width = 16

  private var value: UInt64 = 0

  /// Adds the next line.
  mutating func combine(_ document: ArraySlice<UInt8>) {
    var digest = SeededDigest(value, "journal")
    digest.combine(document)
    value = UInt64(truncatingIfNeeded: digest.bits)
  }

  /// The digits of the checksum.
  var text: [UInt8] {
    (0..<UInt64(Self.width)).reversed().map { position in
      let digit = UInt8(truncatingIfNeeded: value >> (position * 4) & 15)
      return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
  }

  /// The line of a document; advances the checksum.
  mutating func line(of document: JSON) -> [UInt8] {
    let bytes = document.bytes()
    combine(bytes[...])
    return text + [0x20] + bytes + [0x0a]
  }
}

/// What is wrong with a journal.
struct JournalError: Error, Hashable, Sendable {
  let line: Int
  let reason: String
  var newerFormat: Int64?

  /// The error of the journal at a path.
  func error(_ path: String) -> StateFileError {
    if let newerFormat { return .newerFormat(path: path, found: newerFormat, reason: "its \(reason)") }
    return .journalDamaged(path: path, line: line, reason: reason)
  }
}
