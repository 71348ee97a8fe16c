import HNSEmulator
import JSONText

/// What stands in a state file: a state, and the journal that was taken into it last.
struct StoredState {
  /// The state.
  var state: HostState
  /// The digest of the state before, where this one holds that and every call of its journal.
  ///
  /// The journal may still be there, when its writer died before it was removed.
  var absorbedJournal: StateDigest?
  /// The format it was read in.
  var format = HostState.currentFormat

  /// Puts a state into the current format.
  init(state: HostState, absorbedJournal: StateDigest? = nil) {
    self.state = state
    self.absorbedJournal = absorbedJournal
  }

  /// The document that stands in the file.
  var document: JSON {
    var object = JSONObject([
      .init("formatVersion", .integer(HostState.currentFormat)),
      .init("serial", .whole(state.serial)),
    ])
    object.append("absorbedJournal", absorbedJournal.map { .string($0.description) })
    object.append("annotations", .object(state.annotations))
    object.append("host", state.service.snapshot)
    return .object(object)
  }

  /// Reads what stands in a file.
  init(document: JSON) throws(SnapshotError) {
    let reader = try SnapshotReader(document, "")
    format = try reader.format(upTo: HostState.currentFormat)
    let members: Set<String> = ["formatVersion", "serial", "annotations", "host"]
    try reader.allow(format == 1 ? members : members.union(["absorbedJournal"]))
    let serial = try reader.word64("serial")
    let annotations = try SnapshotReader(reader.object["annotations"], "annotations")
    guard let host = reader.object["host"] else { throw reader.failure("host", "is missing") }
    if reader.object["absorbedJournal"] != nil { absorbedJournal = try reader.digest("absorbedJournal") }
    do throws(SnapshotError) {
      state = HostState(
        serial: serial, service: try HostNetworkingService(snapshot: host), annotations: annotations.object)
    } catch {
      throw SnapshotError(
        path: error.path.isEmpty ? "host" : "host.\(error.path)", reason: error.reason,
        newerFormat: error.newerFormat)
    }
  }
}

extension SnapshotReader {
  /// The version of the format; one above a limit is said to be newer.
  func format(upTo current: Int64) throws(SnapshotError) -> Int64 {
    let format = try whole("formatVersion", 1...Int64.max)
    guard format <= current else {
      throw SnapshotError(
        path: place("formatVersion"),
        reason: "is \(format), and this program reads formats up to \(current)", newerFormat: format)
    }
    return format
  }

  func word64(_ key: String) throws(SnapshotError) -> UInt64 {
    let number: UInt64? =
      switch object[key] {
      case .integer(let number): UInt64(exactly: number)
      case .number(let literal): UInt64(literal)
      default: nil
      }
    guard let number else { throw failure(key, "must be a whole number of 64 bits") }
    return number
  }

  func digest(_ key: String) throws(SnapshotError) -> StateDigest {
    guard let digest = StateDigest(try text(key)) else { throw failure(key, "is not a digest") }
    return digest
  }
}
