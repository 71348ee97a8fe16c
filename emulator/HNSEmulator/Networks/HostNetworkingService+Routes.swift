import HostModel
import JSONText
import NetworkTypes

extension HostNetworkingService {
  /// Creates a route of the software defined network (reference: hns, 1.7).
  mutating func createRoute(id wanted: GUID, _ settings: JSON) throws(HCNError) -> GUID {
    let reader = try DocumentReader(settings, .invalidPolicy)
    let name = try reader.text("Name") ?? ""
    let id = try identity(
      .route, wanted: wanted, document: reader.objectID(), name: name + settings.text(),
      taken: .objectAlreadyExists)
    insert(try readRoute(reader, id: id, ordinal: nextOrdinal))
    nextOrdinal += 1
    return id
  }

  /// Parses the document of a route.
  ///
  /// Its settings are given as `Setting` or as `Routes`; both are accepted, and the given one is returned
  /// (reference: hns, 1.7 and 9).
  func readRoute(_ reader: DocumentReader, id: GUID, ordinal: Int64) throws(HCNError) -> RouteObject {
    var route = RouteObject(id: id, ordinal: ordinal)
    route.name = try reader.text("Name") ?? ""
    route.owner = try reader.text("Owner") ?? ""
    route.schemaVersion = try reader.schemaVersion()
    route.network = try referencedNetwork(reader)
    route.endpoints = try referencedEndpoints(reader)
    if reader.value("Setting") == nil, reader.value("Routes") != nil { route.listName = .routes }
    let policies = PolicyReader(
      configuration: configuration, driver: .overlay,
      table: .endpoint.only(.sdnRoute))
    route.settings = try policies.policies(
      try reader.list(route.listName.rawValue).map {
        ["Type": .string(PolicyType.sdnRoute.rawValue), "Settings": $0]
      })
    guard !route.settings.isEmpty else {
      throw HCNError(.invalidPolicy, detail: "a route needs a non-empty 'Setting'")
    }
    return route
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

  /// The document of a route.
  func document(of route: RouteObject) -> JSON {
    var writer = DocumentWriter()
    writer.put("ID", route.id.uppercase)
    writer.put("Name", route.name)
    writer.put("Owner", route.owner)
    writer.put("Version", configuration.version.packed)
    writer.put("HostComputeNetwork", route.network?.uppercase ?? "")
    writer.put("HostComputeEndpoints", texts: route.endpoints.map(\.lowercase))
    writer.put(route.listName.rawValue, route.settings.map(\.settings))
    writer.set("Health", ["Extra": [:]])
    writer.set("SchemaVersion", route.schemaVersion.document)
    writer.put("State", 1)
    return writer.document
  }
}
