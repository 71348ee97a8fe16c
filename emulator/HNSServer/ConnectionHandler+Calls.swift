import HNSEmulator
import HNSService
import JSONText
import NIOCore
import NIOHTTP1
import NIOPosix

extension ConnectionHandler {
  /// Performs a complete request.
  func carryOut() {
    guard let route = current?.route else { return send(.problem(.notFound, "no such route")) }
    switch route.action {
    case .function, .hnsPath, .hnsCall: readDocument(of: route)
    case .restart: perform(.restart, with: nil)
    case .health: send(.document(server.health))
    case .description: send(server.description)
    case .state: sendState()
    case .events: startStream()
    }
  }

  /// Parses the body, then performs the call.
  private func readDocument(of route: Route) {
    let body = current?.body ?? []
    current?.body = []
    if body.count <= server.limits.inlineBody {
      call(route, Self.document(body))
    } else {
      offload({ Self.document(body) }, then: { self.call(route, $0) })
    }
  }

  private enum Document: Sendable {
    case none
    case some(JSON)
    case malformed(HCNError)
  }

  private static func document(_ body: [UInt8]) -> Document {
    guard !body.isEmpty else { return .none }
    do throws(JSONError) { return .some(try JSON(parsing: body)) } catch {
      return .malformed(HCNError(.invalidJSON, detail: error.description))
    }
  }

  private func call(_ route: Route, _ document: Document) {
    guard let current else { return }
    let arguments = current.arguments
    var json: JSON?
    if case .some(let value) = document { json = value }
    let call: ServiceCall
    switch route.action {
    case .function(let function):
      call = function.call(id: arguments.id, network: arguments.network, document: json)
      if json == nil, case .none = document, function.needsDocument {
        return refuse(call, HCNError(.invalidArgument, detail: "this function needs a document in the body"))
      }
    case .hnsCall: call = .hns(method: arguments.method, path: arguments.path, request: json)
    default:
      let method = current.head.method == .HEAD ? "GET" : current.head.method.rawValue
      call = .hns(method: method, path: current.target?.path ?? "/", request: json)
    }
    if case .malformed(let error) = document { return refuse(call, error) }
    self.current?.function = call.function
    let (delay, fault) = server.faultInjection.next(for: call.function)
    guard delay > 0 else { return perform(call, with: fault) }
    context?.eventLoop.assumeIsolated().scheduleTask(in: .microseconds(delay)) {
      self.perform(call, with: fault)
    }
  }

  /// Answers a call that does not reach the service.
  ///
  /// `HNSCall` itself succeeds even if its response reports a failure (reference: hns, 4); that it does so
  /// for a request that is not JSON is this project's choice.
  private func refuse(_ call: ServiceCall, _ error: HCNError) {
    current?.function = call.function
    guard case .hns = call else { return send(.failure(error)) }
    var answer = ServerResponse.document(error.record)
    answer.hresult = 0
    answer.detail = error.detail
    send(answer)
  }

  private func perform(_ call: ServiceCall, with fault: Fault?) {
    if fault == nil, call.listsObjects, let route = current?.route { return sendList(call, to: route) }
    // A call continues even if its client disconnects.
    let reply = server.service.perform(call, with: fault)
    guard let route = current?.route else { return }
    guard let reply else { return wait(until: .now() + server.limits.hangingTime) }
    send(ServerResponse(reply, to: route))
  }

  /// Runs long work on another thread.
  func offload<Value: Sendable>(
    to pool: NIOThreadPool? = nil, _ work: @escaping @Sendable () -> Value, then: @escaping (Value) -> Void
  ) {
    guard let context else { return }
    (pool ?? server.pool).runIfActive(eventLoop: context.eventLoop, work).assumeIsolated().whenComplete {
      result in
      if case .success(let value) = result { then(value) } else { self.close() }
    }
  }
}
