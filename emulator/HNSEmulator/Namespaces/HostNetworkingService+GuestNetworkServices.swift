import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Creates a guest network service in the state Created (reference: hns, 1.7 and 3).
  mutating func createGuestNetworkService(id requestedID: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try DocumentReader(settings, .invalidArgument)
    let id = try newID(
      .guestNetworkService, requested: requestedID, document: reader.objectID(),
      name: reader.text("Name") ?? "", errorIfTaken: .objectAlreadyExists)
    var service = GuestNetworkServiceObject(
      ordinal: nextOrdinal, document: try HostComputeGuestNetworkService(reader, id: id))
    service.state = .created
    nextOrdinal += 1
    guestNetworkServices[id] = service
    notify(ServiceNotification(.guestNetworkServiceCreate, object: id, flags: service.flags))
    return id
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
      "State", HostComputeGuestNetworkService.State.self, unknown: .invalidArgument)
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
}
