public import JSONText

/// What a state file holds: a host, how often it was saved, and notes of the program that owns the file.
public struct HostState: Hashable, Sendable {
  /// The format of state files this program writes.
  public static let currentFormat: Int64 = 1

  /// The format the state was read in.
  public var formatVersion: Int64
  /// A number that callers raise with every change, so that a plan can tell the state it was made for.
  public var serial: UInt64
  /// The host.
  public var service: HostNetworkingService
  /// Notes of callers; the emulator keeps them and does not look at them.
  public var annotations: JSONObject

  /// Makes a state in the current format.
  ///
  /// - Parameters:
  ///   - serial: The number of the state.
  ///   - service: The host.
  ///   - annotations: Notes to keep.
  public init(serial: UInt64 = 0, service: HostNetworkingService, annotations: JSONObject = JSONObject()) {
    formatVersion = Self.currentFormat
    self.serial = serial
    self.service = service
    self.annotations = annotations
  }

  /// The state as a document.
  public var document: JSON {
    [
      "formatVersion": .integer(formatVersion),
      "serial": Int64(exactly: serial).map { .integer($0) } ?? .number("\(serial)"),
      "annotations": .object(annotations), "host": service.snapshot,
    ]
  }

  /// Reads a state from its document.
  ///
  /// - Parameter document: What ``document`` gave.
  /// - Throws: ``SnapshotError`` with the place of the first problem; a newer format is refused.
  public init(document: JSON) throws(SnapshotError) {
    let reader = try SnapshotReader(document, "")
    let format = try reader.whole("formatVersion", 1...Int64.max)
    guard format <= Self.currentFormat else {
      throw SnapshotError(
        path: "formatVersion",
        reason: "is \(format), and this program reads formats up to \(Self.currentFormat)",
        newerFormat: format)
    }
    try reader.allow(["formatVersion", "serial", "annotations", "host"])
    let serial: UInt64? =
      switch reader.object["serial"] {
      case .integer(let number): UInt64(exactly: number)
      case .number(let literal): UInt64(literal)
      default: nil
      }
    guard let serial else { throw reader.failure("serial", "must be a whole number of 64 bits") }
    let annotations = try SnapshotReader(reader.object["annotations"], "annotations")
    guard let host = reader.object["host"] else { throw reader.failure("host", "is missing") }
    do throws(SnapshotError) {
      service = try HostNetworkingService(snapshot: host)
    } catch {
      throw SnapshotError(
        path: error.path.isEmpty ? "host" : "host.\(error.path)", reason: error.reason,
        newerFormat: error.newerFormat)
    }
    formatVersion = format
    self.serial = serial
    self.annotations = annotations.object
  }
}
