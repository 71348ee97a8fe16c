import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Creates a route of the software defined network (reference: hns, 1.7).
  mutating func createRoute(id requestedID: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try DocumentReader(settings, .invalidPolicy)
    let name = try reader.text("Name") ?? ""
    let id = try newID(
      .route, requested: requestedID, document: reader.objectID(), name: name + settings.text(),
      errorIfTaken: .objectAlreadyExists)
    insert(try readRoute(reader, id: id, ordinal: nextOrdinal))
    nextOrdinal += 1
    return id
  }

  /// The route of a document, validated against the host.
  func readRoute(_ reader: DocumentReader, id: GUID, ordinal: Int64) throws(HCNError) -> RouteObject {
    var route = try HostComputeRoute(reader, id: id)
    try checkReferences(route.network, route.endpoints)
    let policies = PolicyReader(
      configuration: configuration, driver: .overlay, table: .endpoint.only(.sdnRoute))
    route.settings = try policies.validated(route.settings)
    guard !route.settings.isEmpty else {
      throw HCNError(.invalidPolicy, detail: "a route needs a non-empty 'Setting'")
    }
    return RouteObject(ordinal: ordinal, document: route)
  }

  /// Replaces a route with the one of a complete document, as for load balancers; the reference documents
  /// only that the call exists (reference: hns, 3).
  mutating func modifyRoute(_ id: GUID, _ settings: JSON) throws(HCNError) {
    let present = try existing(route: id)
    let reader = try DocumentReader(settings, .invalidPolicy)
    if let stated = try reader.objectID(), stated != id {
      throw HCNError(.invalidArgument, detail: "the document is for route \(stated)")
    }
    let route = try readRoute(reader, id: id, ordinal: present.ordinal)
    forget(user: id, of: present.endpoints)
    insert(route)
  }

  mutating func deleteRoute(_ id: GUID) throws(HCNError) {
    let route = try existing(route: id)
    routes[id] = nil
    forget(user: id, of: route.endpoints)
  }

  /// Adds a validated route.
  mutating func insert(_ route: RouteObject) {
    routes[route.id] = route
    for endpoint in route.endpoints { endpointUsers[endpoint, default: []].insert(route.id) }
  }

  func existing(route id: GUID) throws(HCNError) -> RouteObject {
    guard let route = routes[id] else { throw missing(.route, id) }
    return route
  }
}
