package import JSONText
import NetworkTypes

/// The objects that a call lists, as they are at one moment.
///
/// It holds a copy of the service, so it can be read while the service goes on.
package struct ObjectList: Sendable {
  private let service: HostNetworkingService
  private let kind: HCNObjectKind
  private let ids: [GUID]
  /// Whether the list is one of `HNSCall`: of documents in a response, rather than of ids.
  private let isOfHNSCall: Bool
  /// Whether its documents are detailed.
  private let isDetailed: Bool

  fileprivate init(
    _ service: HostNetworkingService, _ kind: HCNObjectKind, _ ids: [GUID], isOfHNSCall: Bool,
    isDetailed: Bool = false
  ) {
    self.service = service
    self.kind = kind
    self.ids = ids
    self.isOfHNSCall = isOfHNSCall
    self.isDetailed = isDetailed
  }

  /// The number of objects.
  package var count: Int { ids.count }

  private func element(_ index: Int) -> JSON {
    let id = ids[index]
    guard isOfHNSCall else { return .string(kind == .endpoint ? id.lowercase : id.uppercase) }
    // The ids are those of this copy, so every document exists.
    return (try? service.v1Document(kind, id, isDetailed: isDetailed)) ?? .null
  }

  /// The elements of the list.
  var elements: [JSON] { ids.indices.map(element) }

  /// The text of the response to the call.
  package var text: JSONParts {
    let empty: JSON = isOfHNSCall ? service.response(output: []) : []
    let frame = empty.bytes()
    let place = (frame.firstRange(of: Array("[]".utf8))?.lowerBound ?? 0) + 1
    return JSONParts([
      .text(Array(frame[..<place])), .elements(count: count, make: element), .text(Array(frame[place...])),
    ])
  }
}

extension HostNetworkingService {
  /// The objects that a call lists.
  ///
  /// - Parameter call: The call.
  /// - Returns: The objects; nil if the call does anything else.
  /// - Throws: The error of the call.
  package func list(_ call: ServiceCall) throws(HCNError) -> ObjectList? {
    switch call {
    case .enumerate(let kind, let query):
      try checkInterface(of: call)
      return ObjectList(self, kind, try enumerate(kind, query: query), isOfHNSCall: false)
    case .hns(let method, let path, nil):
      guard let kind = V1Path.listedKind(method, path) else { return nil }
      return try list(v1: kind, isDetailed: V1Path(path)?.action == "detailed")
    default: return nil
    }
  }

  /// The objects of a kind in order; load balancers and routes are both policy lists.
  func list(v1 kind: HCNObjectKind, isDetailed: Bool) throws(HCNError) -> ObjectList {
    var ids = try enumerate(kind)
    if kind == .loadBalancer {
      ids += try enumerate(.route)
      ids.sort {
        (loadBalancers[$0]?.ordinal ?? routes[$0]?.ordinal ?? 0)
          < (loadBalancers[$1]?.ordinal ?? routes[$1]?.ordinal ?? 0)
      }
    }
    return ObjectList(self, kind, ids, isOfHNSCall: true, isDetailed: isDetailed)
  }
}
