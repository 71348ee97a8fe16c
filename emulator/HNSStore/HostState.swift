public import HNSEmulator
public import JSONText

/// What a state file holds: a host, how often it was saved, and notes of the program that owns the file.
public struct HostState: Hashable, Sendable {
  /// The format of state files this program writes; it reads the ones before it too.
  ///
  /// Since 2 a file can stand beside a journal, which a program that knows only 1 would pass over. Since 3 it
  /// says of what kind it is, and its members may stand in any order.
  public static let currentFormat: Int64 = 3

  /// What ``document`` has as its `kind`.
  public static let kind = "HostState"

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
    self.serial = serial
    self.service = service
    self.annotations = annotations
  }

  /// The state as a document.
  public var document: JSON { StoredState(state: self).document }

  /// The digest of the text of the state, by which a saved plan knows the state it was made against.
  public var digest: StateDigest {
    var hasher = StateHasher()
    var writer = JSONWriter<Never> { hasher.combine($0) }
    StoredState(state: self).write(to: &writer)
    return hasher.digest
  }

  /// Reads a state from its document.
  ///
  /// - Parameter document: What ``document`` gave.
  /// - Throws: ``SnapshotError`` with the place of the first problem; a newer format is refused.
  public init(document: JSON) throws(SnapshotError) {
    var reader = JSONReader(document.bytes())
    self = try StoredState(reading: &reader).state
  }
}
