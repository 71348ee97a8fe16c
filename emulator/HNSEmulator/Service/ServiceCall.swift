import HostModel
public import JSONText
public import NetworkTypes

/// A call of the service, through any interface.
///
/// The functions of computenetwork.dll (reference: hns, 3), the one of vmcompute.dll (hns, 4), and two events
/// that happen to a service without a client's request. A call is plain data, and equal services react
/// equally to equal calls, so that a list of calls is a record from which a service can be rebuilt.
public enum ServiceCall: Hashable, Sendable {
  /// `HcnEnumerate*s`.
  case enumerate(HCNObjectKind, query: JSON?)
  /// `HcnCreate*`; the network is that of an endpoint's handle.
  case create(HCNObjectKind, id: GUID, network: GUID?, settings: JSON)
  /// `HcnOpen*`.
  case open(HCNObjectKind, GUID)
  /// `HcnModify*`.
  case modify(HCNObjectKind, GUID, settings: JSON)
  /// `HcnQuery*Properties`.
  case query(HCNObjectKind, GUID, query: JSON?)
  /// `HcnDelete*`.
  case delete(HCNObjectKind, GUID)
  /// `HcnQueryEndpointStats`.
  case endpointStats(GUID, query: JSON?)
  /// `HcnQueryEndpointAddresses`.
  case endpointAddresses(GUID, query: JSON?)
  /// `HNSCall`; the request is nil if the text is empty.
  case hns(method: String, path: String, request: JSON?)
  /// The service assigns the values it adds some time after a network is created.
  case assignManagementIP(network: GUID)
  /// The service restarts.
  case restart

  /// Whether the call can change the service.
  public var isMutating: Bool {
    switch self {
    case .create, .modify, .delete, .assignManagementIP, .restart: true
    case .enumerate, .open, .query, .endpointStats, .endpointAddresses: false
    case .hns(let method, _, _): method.uppercased() != "GET"
    }
  }

  /// Whether the call reads all objects of a kind, so that its cost grows with their number.
  package var listsObjects: Bool {
    switch self {
    case .enumerate: true
    case .hns(let method, let path, _): V1Path.listedKind(method, path) != nil
    default: false
    }
  }

  /// Whether services without HCN v2 support the call too.
  var isOfOlderInterface: Bool {
    switch self {
    case .hns, .assignManagementIP, .restart: true
    default: false
    }
  }

  /// The name of the function, such as `HcnCreateNetwork`.
  public var function: String {
    switch self {
    case .enumerate(let kind, _): "HcnEnumerate\(kind.functionName)s"
    case .create(let kind, _, _, _): "HcnCreate\(kind.functionName)"
    case .open(let kind, _): "HcnOpen\(kind.functionName)"
    case .modify(let kind, _, _): "HcnModify\(kind.functionName)"
    case .query(let kind, _, _): "HcnQuery\(kind.functionName)Properties"
    case .delete(let kind, _): "HcnDelete\(kind.functionName)"
    case .endpointStats: "HcnQueryEndpointStats"
    case .endpointAddresses: "HcnQueryEndpointAddresses"
    case .hns: "HNSCall"
    case .assignManagementIP: "settle"
    case .restart: "restart"
    }
  }
}

/// The reply to a call.
public struct ServiceReply: Hashable, Sendable {
  /// Why the call was refused; nil for S_OK.
  public var error: HCNError?
  /// The result of a call, such as ids, properties or a response; nil if there is none.
  public var result: JSON?
  /// The object that was created, opened or found.
  public var object: GUID?
  /// The emulator's own explanation if the call succeeds but its response reports a failure.
  public var detail: String?

  /// Creates a reply.
  ///
  /// - Parameters:
  ///   - error: Why the call was refused.
  ///   - result: The result.
  ///   - object: The object of the call.
  ///   - detail: The explanation of a response that reports a failure.
  public init(error: HCNError? = nil, result: JSON? = nil, object: GUID? = nil, detail: String? = nil) {
    self.error = error
    self.result = result
    self.object = object
    self.detail = detail
  }

  /// The HRESULT: 0 for success.
  public var status: UInt32 { error?.code.rawValue ?? 0 }
}

extension HostNetworkingService {
  /// Performs a call.
  ///
  /// Checks of the interfaces are made here too, so that all interfaces behave alike: a build without HCN v2
  /// has none of its functions. `HNSCall` itself succeeds even if its response reports a failure (reference:
  /// hns, 4).
  ///
  /// - Parameter call: The call.
  /// - Returns: The reply. A refused call has changed nothing.
  public mutating func perform(_ call: ServiceCall) -> ServiceReply {
    do throws(HCNError) { return try carryOut(call) } catch { return ServiceReply(error: error) }
  }

  /// Checks that the build has the interface of a call.
  func checkInterface(of call: ServiceCall) throws(HCNError) {
    guard call.isOfOlderInterface || configuration.version.has(.apiV2) else {
      throw HCNError(
        .moduleMissing, detail: "HNS \(configuration.version) has no HCN interface; use HNSCall")
    }
  }

  private mutating func carryOut(_ call: ServiceCall) throws(HCNError) -> ServiceReply {
    try checkInterface(of: call)
    switch call {
    case .enumerate: return ServiceReply(result: .array(try list(call)?.elements ?? []))
    case .create(let kind, let id, let network, let settings):
      return ServiceReply(object: try create(kind, id: id, network: network, settings: settings))
    case .open(let kind, let id):
      _ = try document(kind, id)
      return ServiceReply(object: id)
    case .modify(let kind, let id, let settings):
      try modify(kind, id, settings: settings)
      return ServiceReply(object: id)
    case .query(let kind, let id, let query):
      return ServiceReply(result: try properties(kind, id, query: query), object: id)
    case .delete(let kind, let id):
      try delete(kind, id)
      return ServiceReply(object: id)
    case .endpointStats(let id, _): return ServiceReply(result: try endpointStats(id), object: id)
    case .endpointAddresses(let id, _): return ServiceReply(result: try endpointAddresses(id), object: id)
    case .hns(let method, let path, let request):
      let (response, refusal) = respond(method: method, path: path, request: request)
      return ServiceReply(result: response, detail: refusal?.detail)
    case .assignManagementIP(let network):
      try assignManagementIP(network: network)
      return ServiceReply(object: network)
    case .restart:
      try restart()
      return ServiceReply()
    }
  }
}

extension ServiceReply {
  /// Whether the call was refused and so has changed nothing; `HNSCall` reports it in its response.
  package var isRefusal: Bool { error != nil || result?["Success"] == .bool(false) }
}
