public import JSONText
import NetworkTypes

extension ServiceCall {
  /// The call as a document, from which ``init(document:)`` creates an equal call.
  ///
  /// It contains the caller's documents unchanged, with the order of their members and their numbers.
  public var document: JSON {
    var object = JSONObject([.init("call", .string(function))])
    object.append("method", method.map { .string($0) })
    object.append("path", path.map { .string($0) })
    object.append("id", subject.map { .string($0.description) })
    object.append("network", network.map { .string($0.description) })
    object.append("document", payload)
    return .object(object)
  }

  /// Whether the document of the call can be parsed again: it contains the caller's document one level down,
  /// which may already nest as deep as a document may.
  package var hasReadableDocument: Bool { !(payload?.isDeeper(than: JSON.depthLimit - 1) ?? false) }

  /// Parses a call from its document.
  ///
  /// - Parameter document: The document, as from ``document``.
  /// - Throws: ``SnapshotError`` with the path of the first problem.
  public init(document: JSON) throws(SnapshotError) {
    let reader = try SnapshotReader(document, "")
    try reader.allow(["call", "method", "path", "id", "network", "document"])
    let payload = reader.object["document"]
    func id() throws(SnapshotError) -> GUID { try Self.guid(reader, "id") }
    func sent() throws(SnapshotError) -> JSON {
      guard let payload else { throw reader.failure("document", "is missing") }
      return payload
    }
    let function = try reader.text("call")
    switch function {
    case "HNSCall":
      self = .hns(method: try reader.text("method"), path: try reader.text("path"), request: payload)
    case "HcnQueryEndpointStats": self = .endpointStats(try id(), query: payload)
    case "HcnQueryEndpointAddresses": self = .endpointAddresses(try id(), query: payload)
    case "settle": self = .assignManagementIP(network: try id())
    case "restart": self = .restart
    default:
      guard let (verb, kind) = Self.functions[function] else {
        throw reader.failure("call", "is not a call of the service")
      }
      switch verb {
      case .enumerate: self = .enumerate(kind, query: payload)
      case .create:
        let network = reader.object["network"] == nil ? nil : try Self.guid(reader, "network")
        self = .create(kind, id: try id(), network: network, settings: try sent())
      case .open: self = .open(kind, try id())
      case .modify: self = .modify(kind, try id(), settings: try sent())
      case .query: self = .query(kind, try id(), query: payload)
      case .delete: self = .delete(kind, try id())
      }
    }
  }

  /// The functions that exist for every kind of object.
  private enum Verb: CaseIterable {
    case enumerate
    case create
    case open
    case modify
    case query
    case delete
  }

  /// The functions that exist for every kind of object, by name.
  private static let functions: [String: (verb: Verb, kind: HCNObjectKind)] = {
    var functions: [String: (verb: Verb, kind: HCNObjectKind)] = [:]
    for kind in HCNObjectKind.allCases {
      for verb in Verb.allCases {
        let example: ServiceCall =
          switch verb {
          case .enumerate: .enumerate(kind, query: nil)
          case .create: .create(kind, id: .zero, network: nil, settings: .null)
          case .open: .open(kind, .zero)
          case .modify: .modify(kind, .zero, settings: .null)
          case .query: .query(kind, .zero, query: nil)
          case .delete: .delete(kind, .zero)
          }
        functions[example.function] = (verb, kind)
      }
    }
    return functions
  }()

  private static func guid(_ reader: SnapshotReader, _ name: String) throws(SnapshotError) -> GUID {
    guard let id = GUID(try reader.text(name)) else { throw reader.failure(name, "is not an id") }
    return id
  }

  private var method: String? { if case .hns(let method, _, _) = self { method } else { nil } }

  private var path: String? { if case .hns(_, let path, _) = self { path } else { nil } }

  /// The object of the call.
  private var subject: GUID? {
    switch self {
    case .create(_, let id, _, _), .open(_, let id), .modify(_, let id, _), .query(_, let id, _),
      .delete(_, let id), .endpointStats(let id, _), .endpointAddresses(let id, _),
      .assignManagementIP(let id):
      id
    case .enumerate, .hns, .restart: nil
    }
  }

  private var network: GUID? { if case .create(_, _, let network, _) = self { network } else { nil } }

  /// The caller's document.
  private var payload: JSON? {
    switch self {
    case .enumerate(_, let query), .query(_, _, let query), .endpointStats(_, let query),
      .endpointAddresses(_, let query), .hns(_, _, let query):
      query
    case .create(_, _, _, let settings), .modify(_, _, let settings): settings
    case .open, .delete, .assignManagementIP, .restart: nil
    }
  }
}
