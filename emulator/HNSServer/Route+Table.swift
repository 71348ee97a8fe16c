import HNSEmulator

extension Route {
  /// Every route of the door; the router and the OpenAPI document are made from it.
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
        summary: "Whether the service answers, what it stands for and how much it holds; needs no token."),
      Route(
        method: "GET", path: "/events", action: .events,
        summary: "Notifications of the service from now on, as server-sent events."),
      Route(
        method: "GET", path: "/state", action: .state, summary: "The host as a state file holds it."),
      Route(
        method: "POST", path: "/service/restart", action: .restart,
        summary: "Restarts the service: event streams end, and what is not persistent goes."),
      Route(method: "GET", path: "/openapi.json", action: .description, summary: "This description."),
    ]

  /// The paths of HNS v1 (reference: hns, 4.1).
  private static let hnsPaths: [(method: String, path: String, summary: String)] = [
    ("GET", "/networks", "Every network."),
    ("POST", "/networks", "Creates a network."),
    ("GET", "/networks/{id}", "A network."),
    ("POST", "/networks/{id}", "Changes what the request names of a network."),
    ("DELETE", "/networks/{id}", "Deletes a network."),
    ("GET", "/networks/{id}/detailed", "A network in detail."),
    ("GET", "/endpoints", "Every endpoint."),
    ("POST", "/endpoints", "Creates an endpoint."),
    ("GET", "/endpoints/{id}", "An endpoint."),
    ("POST", "/endpoints/{id}", "Changes what the request names of an endpoint."),
    ("DELETE", "/endpoints/{id}", "Deletes an endpoint."),
    ("GET", "/endpoints/{id}/detailed", "An endpoint in detail."),
    ("POST", "/endpoints/{id}/attach", "Attaches an endpoint to a container, a virtual machine or the host."),
    ("POST", "/endpoints/{id}/detach", "Detaches an endpoint."),
    ("GET", "/endpointstats/{id}", "What passed an endpoint."),
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
    ("POST", "/accelnet", "States the accelerated adapters."),
    ("DELETE", "/accelnet", "Forgets the accelerated adapters."),
    ("GET", "/activities", "The activities of the service."),
    ("GET", "/plugins", "The plug-ins of the service."),
    ("GET", "/portpools", "The pools of ports."),
  ]
}

extension Route.Function {
  fileprivate var summary: String {
    switch self {
    case .enumerate(let kind): "The ids of all that a query matches; each is that of \(kind.words)."
    case .create(let kind): "Creates \(kind.words)."
    case .open(let kind): "Whether there is \(kind.words)."
    case .modify(let kind): "Changes \(kind.words)."
    case .query(let kind): "The document of \(kind.words), of the schema the query names."
    case .delete(let kind): "Deletes \(kind.words)."
    case .endpointStats: "What passed an endpoint."
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
