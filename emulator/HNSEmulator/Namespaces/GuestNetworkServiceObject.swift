import HostModel
import JSONText
import NetworkTypes

/// The service's record of a guest network service, which mirrors the host's networks into a virtual machine
/// (reference: hns, 1.7).
///
/// Mirroring is not emulated. The object stores what a client sets, and sends notifications of its state.
struct GuestNetworkServiceObject: Hashable {
  /// The states, by name and number.
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
  /// The position in the order of creation, over all kinds.
  let ordinal: Int64
  var name = ""
  var owner = ""
  var virtualMachine: GUID?
  /// The interfaces and the connection to the guest, as given.
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
