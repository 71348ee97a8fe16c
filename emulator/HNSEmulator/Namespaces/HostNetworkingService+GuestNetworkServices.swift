import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Creates a guest network service in the state Created (reference: hns, 1.7 and 3).
  mutating func createGuestNetworkService(id wanted: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try DocumentReader(settings, .invalidArgument)
    let id = try identity(
      .guestNetworkService, wanted: wanted, document: reader.objectID(), name: reader.text("Name") ?? "",
      taken: .objectAlreadyExists)
    var service = try readGuestNetworkService(reader, id: id, ordinal: nextOrdinal)
    service.state = .created
    nextOrdinal += 1
    guestNetworkServices[id] = service
    notify(ServiceNotification(.guestNetworkServiceCreate, object: id, flags: service.flags))
    return id
  }

  /// Parses the complete document of a guest network service.
  func readGuestNetworkService(
    _ reader: DocumentReader, id: GUID, ordinal: Int64
  ) throws(HCNError) -> GuestNetworkServiceObject {
    var service = GuestNetworkServiceObject(id: id, ordinal: ordinal)
    service.name = try reader.text("Name") ?? ""
    service.owner = try reader.text("Owner") ?? ""
    service.virtualMachine = try reader.guid("VirtualMachineId")
    service.mirroredInterfaces = try reader.list("MirroredInterfaces")
    service.mirrorsHost = try reader.flag("MirrorHostNetworking") ?? false
    service.serverInformation = try reader.child("GnsRpcServerInformation").map { .object($0.object) }
    service.flags = try reader.word("Flags") ?? 0
    service.state =
      try reader.enumeration("State", GuestNetworkServiceObject.State.self, unknown: .invalidArgument)
      ?? .created
    service.schemaVersion = try reader.schemaVersion()
    return service
  }

  /// Performs a request on the state, the only resource in the reference (reference: hns, 2).
  ///
  /// Any state may follow any other, and setting the current one again sends a notification too: what the
  /// real service allows is not documented.
  mutating func modifyGuestNetworkService(_ id: GUID, _ settings: JSON) throws(HCNError) {
    let service = try existing(guestNetworkService: id)
    let request = try DocumentReader(settings, .invalidArgument)
    guard try request.text("ResourceType")?.lowercased() == "state",
      try request.enumeration("RequestType", RequestType.self, unknown: .guestRequestUnsupported) == .update
    else {
      throw HCNError(
        .guestRequestUnsupported, detail: "a guest network service supports only updates of its state")
    }
    let state = try request.child("Settings")?.enumeration(
      "State", GuestNetworkServiceObject.State.self, unknown: .invalidArgument)
    guard let state else {
      throw HCNError(.invalidArgument, detail: "the request lacks 'Settings.State'")
    }
    guestNetworkServices[id]?.state = state
    notify(ServiceNotification(.guestNetworkServiceStateChanged, object: id, flags: service.flags))
  }

  mutating func deleteGuestNetworkService(_ id: GUID) throws(HCNError) {
    let service = try existing(guestNetworkService: id)
    guestNetworkServices[id] = nil
    notify(ServiceNotification(.guestNetworkServiceDelete, object: id, flags: service.flags))
  }

  func existing(guestNetworkService id: GUID) throws(HCNError) -> GuestNetworkServiceObject {
    guard let service = guestNetworkServices[id] else { throw missing(.guestNetworkService, id) }
    return service
  }

  /// The document of a guest network service; as far as is known, schema 1 has no other form.
  func document(of service: GuestNetworkServiceObject) -> JSON {
    var writer = DocumentWriter()
    writer.put("ID", service.id.uppercase)
    writer.put("Name", service.name)
    writer.put("Owner", service.owner)
    writer.put("Version", configuration.version.packed)
    writer.put("VirtualMachineId", service.virtualMachine?.uppercase ?? "")
    writer.put("MirroredInterfaces", service.mirroredInterfaces)
    if service.mirrorsHost { writer.set("MirrorHostNetworking", true) }
    writer.set("GnsRpcServerInformation", service.serverInformation)
    writer.put("Flags", service.flags)
    writer.set("Health", ["Extra": [:]])
    writer.set("SchemaVersion", service.schemaVersion.document)
    // The only number written even if zero, because a restored document without it means Created.
    writer.set("State", .integer(service.state.number))
    return writer.document
  }
}
