import HostModel
import JSONText
import NetworkTypes

/// A guest network service as the service keeps it: what carries the host's networks into a virtual machine
/// (reference: hns, 1.7).
///
/// Nothing is mirrored here. The object keeps what a client says of it, and tells of its state.
struct GuestNetworkServiceObject: Hashable {
  /// The states, by their names and numbers.
  enum State: String, DocumentEnumeration {
    case none = "None"
    case created = "Created"
    case bootstrapping = "Bootstrapping"
    case synchronized = "Synchronized"
    case paused = "Paused"
    case desynchronized = "Desynchronized"
    case rehydrating = "Rehydrating"
    case degraded = "Degraded"
    case destroyed = "Destroyed"
  }

  let id: GUID
  /// The place in the order of creation, over all kinds.
  let ordinal: Int64
  var name = ""
  var owner = ""
  var virtualMachine: GUID?
  /// The interfaces and the way to the guest, as they were given.
  var mirroredInterfaces: [JSON] = []
  var mirrorsHost = false
  var serverInformation: JSON?
  var flags: UInt32 = 0
  var state = State.created
  var schemaVersion = SchemaVersion()

  init(id: GUID, ordinal: Int64) {
    self.id = id
    self.ordinal = ordinal
  }
}
