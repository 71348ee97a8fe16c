import NIOCore
import NIOHTTP1
import NetworkTypes

/// The query parameters of a request.
struct Arguments: Sendable {
  var id = GUID.zero
  var network: GUID?
  var method = ""
  var path = ""
}

extension ConnectionHandler {
  /// Checks the head of a request.
  func begin(_ head: HTTPRequestHead) {
    phase = .receivingBody
    wait(until: .now() + server.limits.bodyTime)
    current = CurrentRequest(head: head)
    let refusal = validate(head)
    current?.refusal = refusal
    let isContinued = head.version == .http1_1 && head.headers.first(name: "expect") != nil
    guard refusal == nil else {
      // A short body is read and the connection kept; a long one is not worth waiting for.
      let length = head.headers.first(name: "content-length").flatMap { Int($0) }
      let isLong = head.headers.contains(name: "transfer-encoding") || length ?? 0 > server.limits.freeBytes
      if let refusal, isLong || isContinued { refuse(refusal) }
      return
    }
    if isContinued {
      let head = HTTPResponseHead(version: .http1_1, status: .continue)
      context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }
  }

  /// Why a request is refused, as far as its head shows.
  private func validate(_ head: HTTPRequestHead) -> ServerResponse? {
    guard head.version.major == 1 else {
      return .problem(.httpVersionNotSupported, "this service supports only HTTP/1.1")
    }
    let target: RequestTarget
    do throws(RequestTarget.Failure) { target = try RequestTarget(head.uri) } catch {
      return .problem(.badRequest, error.reason)
    }
    current?.target = target
    if let refusal = unsupportedEncoding(head) { return refusal }
    if let refusal = server.authorizer.refusal(head, target) { return refusal }
    let finding = server.router.find(head.method.rawValue, target.path)
    if case .route(let route) = finding, route.isOpen {
    } else if !server.authorizer.isAuthorized(head) {
      return .problem(.unauthorized, "this service requires a token: send 'Authorization: Bearer TOKEN'")
    }
    switch finding {
    case .nothing:
      return .problem(.notFound, "no such route; GET /openapi.json lists the routes")
    case .otherMethods(let methods):
      var answer = ServerResponse.problem(
        .methodNotAllowed,
        "this route accepts \(methods.joined(separator: " and ")), not \(head.method.rawValue)")
      answer.allowed = methods
      return answer
    case .route(let route):
      current?.route = route
      if let refusal = readArguments(of: route, target) { return refusal }
    }
    if let length = head.headers.first(name: "content-length"), Int(length) ?? .max > server.limits.body {
      return tooLarge
    }
    let expectations = head.headers["expect"]
    guard expectations.allSatisfy({ $0.lowercased() == "100-continue" }) else {
      return .problem(.expectationFailed, "the only supported expectation is 100-continue")
    }
    return nil
  }

  /// Why the body of a request could be misunderstood; nil if it is sent as it is, in one piece or in chunks.
  ///
  /// A server that ignores a coding takes other bytes for the body than the client, or a proxy in between, and
  /// may take the rest for another request.
  private func unsupportedEncoding(_ head: HTTPRequestHead) -> ServerResponse? {
    let encodings = head.headers["transfer-encoding"]
    if !encodings.isEmpty {
      guard head.version != .http1_0 else {
        return .problem(.badRequest, "HTTP/1.0 has no Transfer-Encoding")
      }
      guard !head.headers.contains(name: "content-length") else {
        return .problem(.badRequest, "a request must not have both Content-Length and Transfer-Encoding")
      }
      guard encodings.count == 1, encodings[0].lowercased() == "chunked" else {
        return .problem(.notImplemented, "the only supported Transfer-Encoding is chunked, given once")
      }
    }
    guard head.headers["content-encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
      return .problem(.unsupportedMediaType, "the body must not have a Content-Encoding")
    }
    return nil
  }

  private var tooLarge: ServerResponse {
    .problem(.payloadTooLarge, "the body is larger than \(server.limits.body >> 20) MiB")
  }

  /// Parses the query of a request, or returns the answer that says what is wrong with it.
  private func readArguments(of route: Route, _ target: RequestTarget) -> ServerResponse? {
    guard let parameters = route.parameters else { return nil }
    var arguments = Arguments()
    var seen: Set<String> = []
    for (name, value) in target.parameters {
      guard let parameter = parameters.first(where: { $0.name == name }) else {
        let known =
          parameters.isEmpty ? "none" : parameters.map { "'\($0.name)'" }.joined(separator: " and ")
        return .problem(.badRequest, "unknown parameter '\(name)'; this route accepts \(known)")
      }
      guard seen.insert(name).inserted else {
        return .problem(.badRequest, "parameter '\(name)' is given twice")
      }
      guard parameter.isGUID else {
        if name == "method" { arguments.method = value } else { arguments.path = value }
        continue
      }
      guard let id = GUID(value) else {
        return .problem(
          .badRequest, "'\(name)' is not a GUID such as 11111111-2222-3333-4444-555555555555, without braces")
      }
      if name == "id" { arguments.id = id } else { arguments.network = id.isZero ? nil : id }
    }
    for parameter in parameters where parameter.isRequired && !seen.contains(parameter.name) {
      return .problem(.badRequest, "parameter '\(parameter.name)' is missing")
    }
    current?.arguments = arguments
    return nil
  }

  /// Receives a piece of the body; that of a refused request is not kept, and not awaited for long.
  func receive(_ bytes: ByteBuffer) {
    guard current?.refusal == nil else { return }
    let count = (current?.body.count ?? 0) + bytes.readableBytes
    guard count <= server.limits.body else { return refuse(tooLarge) }
    guard reserve(count) else { return refuse(.outOfMemory) }
    current?.body.append(contentsOf: bytes.readableBytesView)
  }
}

extension ServerResponse {
  /// The answer while other requests use all the memory of the budget.
  static let outOfMemory = ServerResponse.problem(
    .serviceUnavailable, "out of memory for requests and answers; try again later")
}
