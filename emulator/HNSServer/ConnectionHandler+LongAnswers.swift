import HNSEmulator
import HNSService
import HNSStore
import JSONText
import NIOCore
import NIOHTTP1

/// Answers whose size grows with the host: they take time and memory, and nobody else should wait for them.
///
/// They are read from a snapshot of the service, on another thread, part by part. A part is made when the
/// client has read most of the previous one, so a slow client costs a part and its snapshot.
extension ConnectionHandler {
  /// The beginning of an answer.
  private enum Beginning: Sendable {
    /// An answer that fits into one part.
    case whole(ServerResponse)
    /// The first part, the rest, and the number of objects in both.
    case part(ServerResponse, rest: JSONParts, objects: Int)

    /// Makes the first part; of the others a HEAD request needs the size.
    init(_ parts: JSONParts, objects: Int, hresult: UInt32?, size: Int, isBodiless: Bool) {
      var rest = parts
      var answer = ServerResponse(status: .ok, body: rest.next(size), hresult: hresult)
      if isBodiless {
        var total = answer.body.count
        while !rest.isAtEnd { total += rest.next(size).count }
        answer.statedSize = total
      }
      self = rest.isAtEnd ? .whole(answer) : .part(answer, rest: rest, objects: objects)
    }
  }

  /// What a snapshot holds for each object once the service has changed: 1 KiB.
  private static let snapshotSize = 1 << 10

  /// Answers with a list of objects.
  func sendList(_ call: ServiceCall, to route: Route) {
    let (service, size) = (server.service, server.limits.part)
    let isBodiless = current?.head.method == .HEAD
    offload(
      to: isBodiless ? server.pool : server.firstParts,
      { () -> Beginning in
        do throws(HCNError) {
          guard let list = try service.list(call) else {
            return .whole(ServerResponse(service.perform(call), to: route))
          }
          return Beginning(list.text, objects: list.count, hresult: 0, size: size, isBodiless: isBodiless)
        } catch { return .whole(.failure(error)) }
      }, then: begin)
  }

  /// Answers with the whole state.
  func sendState() {
    let (service, size) = (server.service, server.limits.part)
    let isBodiless = current?.head.method == .HEAD
    offload(
      to: isBodiless ? server.pool : server.firstParts,
      { () -> Beginning in
        let state = service.state
        return Beginning(
          state.parts, objects: state.service.objectCount, hresult: nil, size: size, isBodiless: isBodiless)
      }, then: begin)
  }

  private func begin(_ beginning: Beginning) {
    switch beginning {
    case .whole(let answer): send(answer)
    case .part(let answer, let rest, let objects):
      guard phase != .closed, current != nil else { return }
      guard reserve(objects * Self.snapshotSize) else { return send(.outOfMemory) }
      start(answer, size: nil)
      phase = .sendingParts
      send(answer.body, rest)
    }
  }

  /// Makes and sends the next part, unless that is under way.
  func sendPart() {
    guard let rest else { return }
    self.rest = nil
    wait(until: .distantFuture)
    let size = server.limits.part
    offload(
      { () -> ([UInt8], JSONParts?) in
        var rest = rest
        let part = rest.next(size)
        return (part, rest.isAtEnd ? nil : rest)
      }, then: { self.send($0.0, $0.1) })
  }

  private func send(_ part: [UInt8], _ rest: JSONParts?) {
    guard phase == .sendingParts, let context else { return }
    write(part)
    guard let rest else { return endAnswer() }
    context.flush()
    guard phase == .sendingParts else { return }
    self.rest = rest
    if context.channel.isWritable { sendPart() } else { wait(until: .now() + server.limits.readingTime) }
  }
}
