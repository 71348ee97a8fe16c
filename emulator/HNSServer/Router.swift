/// Finds the route of a request.
struct Router: Sendable {
  /// What a path leads to.
  enum Finding: Sendable {
    case route(Route)
    /// The path exists, but accepts only these methods.
    case otherMethods([String])
    case nothing
  }

  private struct Node: Sendable {
    var children: [String: Node] = [:]
    /// Matches any segment without a child of its own.
    var any: [Node] = []
    var routes: [String: Route] = [:]
  }

  private var root = Node()

  /// Creates the router of a table.
  ///
  /// - Parameter table: The routes.
  init(_ table: [Route] = Route.table) {
    for route in table {
      Self.insert(route, route.path.split(separator: "/")[...], into: &root)
    }
  }

  private static func insert(_ route: Route, _ segments: ArraySlice<Substring>, into node: inout Node) {
    guard let segment = segments.first else {
      node.routes[route.method] = route
      return
    }
    if segment.hasPrefix("{") {
      if node.any.isEmpty { node.any = [Node()] }
      insert(route, segments.dropFirst(), into: &node.any[0])
    } else {
      insert(route, segments.dropFirst(), into: &node.children[String(segment), default: Node()])
    }
  }

  /// Finds the route of a request; a trailing slash makes no difference.
  ///
  /// - Parameters:
  ///   - method: The method; HEAD matches routes of GET.
  ///   - path: The decoded path.
  func find(_ method: String, _ path: String) -> Finding {
    guard path.hasPrefix("/") else { return .nothing }
    var segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    if segments.last?.isEmpty == true { segments.removeLast() }
    var node = root
    for segment in segments {
      guard !segment.isEmpty, let next = node.children[String(segment)] ?? node.any.first else {
        return .nothing
      }
      node = next
    }
    if let route = node.routes[method] { return .route(route) }
    // HEAD of an endless stream makes no sense.
    if method == "HEAD", let route = node.routes["GET"], route.action != .events { return .route(route) }
    return node.routes.isEmpty ? .nothing : .otherMethods(node.routes.keys.sorted())
  }
}
