import HostModel
public import JSONText
public import NetworkTypes

/// One call of the service, whichever door it came through.
///
/// The functions of computenetwork.dll (reference: hns, 3), the one of vmcompute.dll (hns, 4), and two
/// things that happen to a service without being asked of it. A call is plain data, and a service acts on
/// equal calls alike, so that a list of calls is a record from which a service can be made again.
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
  /// `HNSCall`; the request is nil where the text is empty.
  case hns(method: String, path: String, request: JSON?)
  /// The service fills in what it leaves open for a while when a network is created.
  case settle(network: GUID)
  /// The service stops and starts again.
  case restart

  /// Whether the call can change the service.
  public var isMutating: Bool {
    switch self {
    case .create, .modify, .delete, .settle, .restart: true
    case .enumerate, .open, .query, .endpointStats, .endpointAddresses: false
    case .hns(let method, _, _): method.uppercased() != "GET"
    }
  }

  /// Whether services without HCN v2 take the call too.
  var isOfOlderInterface: Bool {
    switch self {
    case .hns, .settle, .restart: true
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
    case .settle: "settle"
    case .restart: "restart"
    }
  }
}

/// What a call gives.
public struct ServiceReply: Hashable, Sendable {
  /// Why the call was refused; nil for S_OK.
  public var error: HCNError?
  /// What a call gives back, such as ids, properties or a response; nil where there is nothing.
  public var result: JSON?
  /// The object that was created, opened or found.
  public var object: GUID?
  /// The emulator's own explanation where the call succeeds and its response says that it was refused.
  public var detail: String?

  /// Makes a reply.
  ///
  /// - Parameters:
  ///   - error: Why the call was refused.
  ///   - result: The document it gives back.
  ///   - object: The object it is about.
  ///   - detail: The explanation of a response that refuses.
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
  /// Carries out a call.
  ///
  /// What a door would refuse is refused here too, so that every door is alike: a build without HCN v2
  /// knows none of its functions. `HNSCall` itself succeeds also where its response says otherwise
  /// (reference: hns, 4).
  ///
  /// - Parameter call: The call.
  /// - Returns: What it gives. A refused call has changed nothing.
  public mutating func perform(_ call: ServiceCall) -> ServiceReply {
    do throws(HCNError) { return try carryOut(call) } catch { return ServiceReply(error: error) }
  }

  private mutating func carryOut(_ call: ServiceCall) throws(HCNError) -> ServiceReply {
    guard call.isOfOlderInterface || configuration.version.has(.apiV2) else {
      throw HCNError(
        .moduleMissing, detail: "HNS \(configuration.version) has no HCN interface; ask it by HNSCall")
    }
    switch call {
    case .enumerate(let kind, let query):
      let ids = try enumerate(kind, query: query)
      return ServiceReply(
        result: .array(ids.map { .string(kind == .endpoint ? $0.lowercase : $0.uppercase) }))
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
    case .settle(let network):
      try settle(network: network)
      return ServiceReply(object: network)
    case .restart:
      try restart()
      return ServiceReply()
    }
  }
}

extension ServiceReply {
  /// Whether the call was refused and so has changed nothing; `HNSCall` says so in its response.
  package var isRefusal: Bool { error != nil || result?["Success"] == .bool(false) }
}
