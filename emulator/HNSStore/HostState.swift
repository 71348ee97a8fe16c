public import HNSEmulator
public import JSONText

/// The contents of a state file: a host, a serial number, and notes of the program that owns the file.
public struct HostState: Hashable, Sendable {
  /// The format of state files this program writes; it reads earlier ones too.
  ///
  /// Since format 2 a file can have a journal beside it, which a program that supports only format 1 would
  /// ignore. Since format 3 a state has a `kind`, and its members may be in any order.
  public static let currentFormat: Int64 = 3

  /// The `kind` of ``document``.
  public static let kind = "HostState"

  /// A number that callers increment with every change; it ties a plan to the state it was made for.
  public var serial: UInt64
  /// The host.
  public var service: HostNetworkingService
  /// Notes of callers, which the emulator preserves and does not interpret.
  public var annotations: JSONObject

  /// Creates a state in the current format.
  ///
  /// - Parameters:
  ///   - serial: The serial number of the state.
  ///   - service: The host.
  ///   - annotations: Notes to keep.
  public init(serial: UInt64 = 0, service: HostNetworkingService, annotations: JSONObject = JSONObject()) {
    self.serial = serial
    self.service = service
    self.annotations = annotations
  }

  /// The state as a document.
  public var document: JSON { StoredState(state: self).document }

  /// The text of ``document``, object by object.
  package var parts: JSONParts { StoredState(state: self).parts }

  /// The digest of the state's text, which ties a saved plan to the state it was made against.
  public var digest: StateDigest {
    var hasher = StateHasher()
    var writer = JSONWriter<Never> { hasher.combine($0) }
    StoredState(state: self).write(to: &writer)
    return hasher.digest
  }

  /// Parses a state from its document.
  ///
  /// - Parameter document: The document, as from ``document``.
  /// - Throws: ``SnapshotError`` with the path of the first problem; a newer format is refused.
  public init(document: JSON) throws(SnapshotError) {
    var reader = JSONReader(document.bytes())
    self = try StoredState(reading: &reader).state
  }
}
