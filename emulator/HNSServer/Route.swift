package import HNSEmulator
import JSONText
import NetworkTypes

/// A route of the server: what the router matches and what the OpenAPI document describes.
package struct Route: Hashable, Sendable {
  /// A function of computenetwork.dll, without its arguments.
  package enum Function: Hashable, Sendable {
    case enumerate(HCNObjectKind)
    case create(HCNObjectKind)
    case open(HCNObjectKind)
    case modify(HCNObjectKind)
    case query(HCNObjectKind)
    case delete(HCNObjectKind)
    case endpointStats
    case endpointAddresses
  }

  /// What a route does.
  package enum Action: Hashable, Sendable {
    /// A function of HCN.
    case function(Function)
    /// `HNSCall` with the method and the path of the request.
    case hnsPath
    /// `HNSCall` with the method and the path of the query.
    case hnsCall
    case health
    case events
    case state
    case restart
    case description
  }

  /// The method.
  package let method: String
  /// The path; a segment in braces matches any text without a slash.
  package let path: String
  /// What the route does.
  package let action: Action
  /// What it does, in one line.
  package let summary: String

  /// Whether the route requires no token.
  var isOpen: Bool { action == .health }

  /// The name of the operation, unique among routes: the function, or the method and the path.
  var operation: String {
    switch action {
    case .function(let function): return function.name
    case .hnsCall: return "HNSCall"
    default:
      let words = path.split { "/{}.".contains($0) }
      return method.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
  }
}

/// A query parameter of a route.
struct RouteParameter: Hashable, Sendable {
  let name: String
  let isRequired: Bool
  let isGUID: Bool
  let summary: String
}

extension Route {
  /// The query parameters; nil if they are ignored.
  var parameters: [RouteParameter]? {
    func id(_ summary: String) -> RouteParameter {
      RouteParameter(name: "id", isRequired: false, isGUID: true, summary: summary)
    }
    return switch action {
    case .function(.enumerate): []
    case .function(.create(let kind)):
      [id("The requested id; if absent or zero, the document or the service chooses it.")]
        + (kind == .endpoint
          ? [
            RouteParameter(
              name: "network", isRequired: false, isGUID: true,
              summary: "The network of the handle; if absent or zero, the network given in the document.")
          ] : [])
    case .function: [id("The object.")]
    case .hnsCall:
      [
        RouteParameter(name: "method", isRequired: true, isGUID: false, summary: "The method, such as GET."),
        RouteParameter(
          name: "path", isRequired: true, isGUID: false,
          summary: "The path, such as /networks/, percent-encoded."),
      ]
    case .hnsPath, .health, .events, .state, .restart, .description: nil
    }
  }

  /// The names of the path parameters.
  var pathParameters: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
  }

  /// The body; nil if it is ignored.
  var body: (summary: String, isRequired: Bool)? {
    switch action {
    case .function(.create): ("The object's document, of schema 1 or 2.", true)
    case .function(.modify): ("The request document.", true)
    case .function(.enumerate), .function(.query), .function(.endpointStats), .function(.endpointAddresses):
      ("A HostComputeQuery document; empty for none.", false)
    case .hnsPath, .hnsCall: method == "POST" ? ("The request; empty for none.", false) : nil
    default: nil
    }
  }
}

extension Route.Function {
  /// The functions by kind of object, in lifecycle order.
  static let all: [Route.Function] =
    HCNObjectKind.allCases.flatMap { kind in
      [.enumerate(kind), .create(kind), .open(kind), .modify(kind), .query(kind), .delete(kind)]
    } + [.endpointStats, .endpointAddresses]

  /// The name of the function, such as `HcnCreateNetwork`.
  var name: String { call(id: .zero, network: nil, document: .null).function }

  /// Whether the function requires a document rather than a query.
  var needsDocument: Bool {
    switch self {
    case .create, .modify: true
    default: false
    }
  }

  /// The call of the function.
  ///
  /// - Parameters:
  ///   - id: The object, or the requested id.
  ///   - network: The network of an endpoint's handle.
  ///   - document: The settings or the query.
  func call(id: GUID, network: GUID?, document: JSON?) -> ServiceCall {
    switch self {
    case .enumerate(let kind): .enumerate(kind, query: document)
    case .create(let kind): .create(kind, id: id, network: network, settings: document ?? .null)
    case .open(let kind): .open(kind, id)
    case .modify(let kind): .modify(kind, id, settings: document ?? .null)
    case .query(let kind): .query(kind, id, query: document)
    case .delete(let kind): .delete(kind, id)
    case .endpointStats: .endpointStats(id, query: document)
    case .endpointAddresses: .endpointAddresses(id, query: document)
    }
  }
}
