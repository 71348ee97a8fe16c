import HNSEmulator
import JSONText

/// The contents of a state file: a state, and the journal that was compacted into it last.
struct StoredState {
  /// The state.
  var state: HostState
  /// The digest of the previous state, if this one includes it and every call of its journal.
  ///
  /// The journal may still exist, if its writer died before removing it.
  var absorbedJournal: StateDigest?
  /// The format it was read in.
  var format = HostState.currentFormat

  /// Converts a state to the current format.
  init(state: HostState, absorbedJournal: StateDigest? = nil) {
    self.state = state
    self.absorbedJournal = absorbedJournal
  }

  /// The members before the host.
  private var header: JSONObject {
    var object = JSONObject([
      .init("kind", .string(HostState.kind)), .init("formatVersion", .integer(HostState.currentFormat)),
      .init("serial", .number(state.serial)),
    ])
    object.append("absorbedJournal", absorbedJournal.map { .string($0.description) })
    object.append("annotations", .object(state.annotations))
    return object
  }

  /// The document in the file.
  var document: JSON {
    var object = header
    object.append("host", state.service.snapshot)
    return .object(object)
  }

  /// The compact text of ``document``, object by object.
  var parts: JSONParts {
    let start = JSON.object(header).bytes().dropLast() + Array(",\"host\":".utf8)
    return JSONParts([.text(start)] + state.service.snapshotPieces + [.text([UInt8(ascii: "}")])])
  }

  /// Writes the text of the file: one object or rule per line.
  ///
  /// - Throws: The errors of the writer.
  func write<Failure: Error>(to writer: inout JSONWriter<Failure>) throws(Failure) {
    writer.write("{")
    for member in header.members {
      try writer.newLine(1)
      writer.write("\"\(member.key)\": ")
      // The ACLs in the ownership ledger are three levels down.
      try writer.write(member.value, levels: 3, indent: 1)
      writer.write(",")
    }
    try writer.newLine(1)
    writer.write("\"host\": ")
    try state.service.writeSnapshot(to: &writer, indent: 1)
    try writer.newLine(0)
    writer.write("}")
    try writer.finish()
  }

  /// Parses the text of a file, with its members in any order.
  ///
  /// A syntax error is reported before a newer format, and that before anything else.
  init(reading reader: inout JSONReader) throws(SnapshotError) {
    var members = JSONObject()
    var host: Result<HostNetworkingService, SnapshotError>?
    if reader.peek() == UInt8(ascii: "{") {
      do throws(JSONError) { try reader.enter() } catch { throw SnapshotError(error) }
      while let name = try reader.memberName() {
        if name == "host" {
          host = try Self.host(&reader)
        } else {
          members.append(name, try reader.readValue())
        }
      }
    } else {
      let value = try reader.readValue()
      do throws(JSONError) { try reader.finish() } catch { throw SnapshotError(error) }
      _ = try SnapshotReader(value, "")
    }
    do throws(JSONError) { try reader.finish() } catch { throw SnapshotError(error) }
    try self.init(members, host)
  }

  /// The host that comes next, or its error.
  private static func host(
    _ reader: inout JSONReader
  ) throws(SnapshotError) -> Result<HostNetworkingService, SnapshotError> {
    do throws(SnapshotError) { return .success(try HostNetworkingService(reading: &reader)) } catch {
      guard error.syntax == nil else { throw error }
      return .failure(
        SnapshotError(
          path: error.path.isEmpty ? "host" : "host.\(error.path)", reason: error.reason,
          newerFormat: error.newerFormat))
    }
  }

  private init(
    _ object: JSONObject, _ host: Result<HostNetworkingService, SnapshotError>?
  ) throws(SnapshotError) {
    let reader = try SnapshotReader(.object(object), "")
    format = try reader.format(upTo: HostState.currentFormat)
    var members: Set = ["formatVersion", "serial", "annotations"]
    if format >= 2 { members.insert("absorbedJournal") }
    if format >= 3 { members.insert("kind") }
    try reader.allow(members)
    if format >= 3, reader.object["kind"] != .string(HostState.kind) {
      throw reader.failure("kind", "must be \"\(HostState.kind)\"")
    }
    let serial = try reader.word64("serial")
    let annotations = try SnapshotReader(reader.object["annotations"], "annotations")
    guard let host else { throw reader.failure("host", "is missing") }
    if reader.object["absorbedJournal"] != nil { absorbedJournal = try reader.digest("absorbedJournal") }
    state = HostState(serial: serial, service: try host.get(), annotations: annotations.object)
  }
}

extension SnapshotReader {
  func word64(_ key: String) throws(SnapshotError) -> UInt64 {
    let number: UInt64? =
      switch object[key] {
      case .integer(let number): UInt64(exactly: number)
      case .number(let literal): UInt64(literal)
      default: nil
      }
    guard let number else { throw failure(key, "must be an unsigned 64-bit integer") }
    return number
  }

  func digest(_ key: String) throws(SnapshotError) -> StateDigest {
    guard let digest = StateDigest(try text(key)) else { throw failure(key, "is not a digest") }
    return digest
  }
}
