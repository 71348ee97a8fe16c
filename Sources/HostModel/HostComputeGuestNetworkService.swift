package import JSONText
package import NetworkTypes

/// A guest network service of an HCN document: it connects a virtual machine to the host's networks
/// (reference: hns, 1.7).
package struct HostComputeGuestNetworkService: Hashable, Sendable {
  /// The states, by name and number.
  package enum State: String, CaseIterable, Hashable, Sendable {
    case none = "None"
    case created = "Created"
    case bootstrapping = "Bootstrapping"
    case synchronized = "Synchronized"
    case paused = "Paused"
    case desynchronized = "Desynchronized"
    case rehydrating = "Rehydrating"
    case degraded = "Degraded"
    case destroyed = "Destroyed"

    /// The number of the state in documents.
    package var number: Int64 { Int64(Self.allCases.firstIndex(of: self) ?? 0) }
  }

  package var id: GUID
  package var name = ""
  package var owner = ""
  /// The version of the service.
  package var version: Int64 = 0
  package var virtualMachine: GUID?
  /// The interfaces and the connection to the guest, as given.
  package var mirroredInterfaces: [JSON] = []
  package var mirrorsHost = false
  package var serverInformation: JSON?
  package var flags: UInt32 = 0
  package var state = State.created
  package var schemaVersion = SchemaVersion()

  /// A service with default values.
  package init(id: GUID) { self.id = id }

  /// The document as the service writes it; schema 1 has no other, as far as is known.
  package var document: JSON {
    var writer = DocumentWriter()
    writer.put("ID", id.uppercase)
    writer.put("Name", name)
    writer.put("Owner", owner)
    writer.put("Version", version)
    writer.put("VirtualMachineId", virtualMachine?.uppercase ?? "")
    writer.put("MirroredInterfaces", mirroredInterfaces)
    if mirrorsHost { writer.set("MirrorHostNetworking", true) }
    writer.set("GnsRpcServerInformation", serverInformation)
    writer.put("Flags", flags)
    writer.set("Health", ["Extra": [:]])
    writer.set("SchemaVersion", schemaVersion.document)
    // The only number written even if zero, because a restored document without it means Created.
    writer.set("State", .integer(state.number))
    return writer.document
  }
}
