import HNSEmulator

extension Route {
  /// Every route of the server; the router and the OpenAPI document are generated from it.
  package static let table: [Route] =
    Function.all.map {
      Route(method: "POST", path: "/hcn/\($0.name)", action: .function($0), summary: $0.summary)
    } + [
      Route(
        method: "POST", path: "/hns", action: .hnsCall,
        summary: "HNSCall of vmcompute.dll, with its method and path as parameters.")
    ] + hnsPaths.map { Route(method: $0.method, path: $0.path, action: .hnsPath, summary: $0.summary) } + [
      Route(
        method: "GET", path: "/health", action: .health,
        summary: "The health of the service, its Windows build and its object counts; requires no token."),
      Route(
        method: "GET", path: "/events", action: .events,
        summary: "Notifications of the service from now on, as server-sent events."),
      Route(
        method: "GET", path: "/state", action: .state, summary: "The host, in the format of a state file."),
      Route(
        method: "POST", path: "/service/restart", action: .restart,
        summary: "Restarts the service: event streams end, and non-persistent objects are lost."),
      Route(method: "GET", path: "/openapi.json", action: .description, summary: "This description."),
    ]

  /// The paths of HNS v1 (reference: hns, 4.1).
  private static let hnsPaths: [(method: String, path: String, summary: String)] = [
    ("GET", "/networks", "Every network."),
    ("POST", "/networks", "Creates a network."),
    ("GET", "/networks/{id}", "A network."),
    ("POST", "/networks/{id}", "Changes the settings of a network given in the request."),
    ("DELETE", "/networks/{id}", "Deletes a network."),
    ("GET", "/networks/{id}/detailed", "A network in detail."),
    ("GET", "/endpoints", "Every endpoint."),
    ("POST", "/endpoints", "Creates an endpoint."),
    ("GET", "/endpoints/{id}", "An endpoint."),
    ("POST", "/endpoints/{id}", "Changes the settings of an endpoint given in the request."),
    ("DELETE", "/endpoints/{id}", "Deletes an endpoint."),
    ("GET", "/endpoints/{id}/detailed", "An endpoint in detail."),
    ("POST", "/endpoints/{id}/attach", "Attaches an endpoint to a container, a virtual machine or the host."),
    ("POST", "/endpoints/{id}/detach", "Detaches an endpoint."),
    ("GET", "/endpointstats/{id}", "The traffic statistics of an endpoint."),
    ("GET", "/endpointaddresses/{id}", "The addresses of an endpoint."),
    ("GET", "/policylists", "Every policy list."),
    ("POST", "/policylists", "Creates a policy list."),
    ("GET", "/policylists/{id}", "A policy list."),
    ("DELETE", "/policylists/{id}", "Deletes a policy list."),
    ("GET", "/policylists/{id}/detailed", "A policy list in detail."),
    ("GET", "/namespaces", "Every namespace."),
    ("POST", "/namespaces", "Creates a namespace."),
    ("GET", "/namespaces/{id}", "A namespace."),
    ("DELETE", "/namespaces/{id}", "Deletes a namespace."),
    ("GET", "/namespaces/{id}/detailed", "A namespace in detail."),
    ("POST", "/namespaces/{id}/addresource", "Adds an endpoint to a namespace."),
    ("POST", "/namespaces/{id}/removeresource", "Removes an endpoint from a namespace."),
    ("GET", "/globals/version", "The version of the service."),
    ("GET", "/accelnet", "The accelerated adapters."),
    ("POST", "/accelnet", "Sets the accelerated adapters."),
    ("DELETE", "/accelnet", "Clears the accelerated adapters."),
    ("GET", "/activities", "The activities of the service."),
    ("GET", "/plugins", "The plug-ins of the service."),
    ("GET", "/portpools", "The port pools."),
  ]
}

extension Route.Function {
  fileprivate var summary: String {
    switch self {
    case .enumerate(let kind): "The ids of all matches of a query; each is the id of \(kind.words)."
    case .create(let kind): "Creates \(kind.words)."
    case .open(let kind): "Opens \(kind.words): fails if it does not exist."
    case .modify(let kind): "Changes \(kind.words)."
    case .query(let kind): "The document of \(kind.words), in the schema version of the query."
    case .delete(let kind): "Deletes \(kind.words)."
    case .endpointStats: "The traffic statistics of an endpoint."
    case .endpointAddresses: "The addresses of an endpoint."
    }
  }
}

extension HCNObjectKind {
  fileprivate var words: String {
    switch self {
    case .network: "a network"
    case .endpoint: "an endpoint"
    case .namespace: "a namespace"
    case .loadBalancer: "a load balancer"
    case .route: "a route of the software defined network"
    case .guestNetworkService: "a guest network service"
    }
  }
}
