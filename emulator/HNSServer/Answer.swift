import HNSEmulator
import HNSService
import JSONText
import NIOHTTP1
import NetworkTypes

/// What a request is answered with.
struct Answer: Sendable {
  var status: HTTPResponseStatus
  var body: [UInt8] = []
  /// The HRESULT of the call; nil where there was no call.
  var hresult: UInt32?
  /// Why the call was refused, for people.
  var detail: String?
  /// The methods the path takes, where another was used.
  var allowed: [String] = []

  /// A document that is no answer to a call.
  static func document(_ document: JSON) -> Answer { Answer(status: .ok, body: document.bytes()) }

  /// A request that did not get as far as a call.
  ///
  /// - Parameters:
  ///   - status: The status.
  ///   - reason: What is wrong and what to do, in words.
  static func problem(_ status: HTTPResponseStatus, _ reason: String) -> Answer {
    Answer(status: status, body: (["error": .string(reason)] as JSON).bytes())
  }

  /// A call that failed.
  ///
  /// - Parameter error: Why.
  static func failure(_ error: HCNError) -> Answer {
    Answer(
      status: error.code.httpStatus, body: error.record.bytes(), hresult: error.code.rawValue,
      detail: error.detail)
  }

  /// What a function gave.
  ///
  /// - Parameters:
  ///   - reply: The reply of the service.
  ///   - route: The route that was called.
  init(_ reply: ServiceReply, to route: Route) {
    if let error = reply.error {
      self = .failure(error)
      return
    }
    self.init(status: .ok, hresult: 0, detail: reply.detail)
    switch route.action {
    case .function(.create(let kind)), .function(.open(let kind)):
      let id = reply.object ?? .zero
      body = (["ID": .string(kind == .endpoint ? id.lowercase : id.uppercase)] as JSON).bytes()
    case .function(.modify), .function(.delete), .restart: break
    default: body = reply.result?.bytes() ?? []
    }
  }

  private init(status: HTTPResponseStatus, body: [UInt8] = [], hresult: UInt32? = nil, detail: String? = nil)
  {
    self.status = status
    self.body = body
    self.hresult = hresult
    self.detail = detail
  }
}

extension HCNErrorCode {
  /// The status a failed call is answered with: clients of HTTP alone learn from it what they can.
  ///
  /// Codes that no table has, which only a fault brings, are the service's own failure.
  var httpStatus: HTTPResponseStatus {
    switch self {
    case .networkNotFound, .endpointNotFound, .layerNotFound, .switchNotFound, .subnetNotFound,
      .adapterNotFound, .portNotFound, .policyNotFound, .vfpPortSettingNotFound, .switchExtensionNotFound,
      .moduleNotFound, .netAdapterNotFound, .netCompartmentNotFound, .netInterfaceNotFound, .elementNotFound:
      .notFound
    case .networkAlreadyExists, .layerAlreadyExists, .policyAlreadyExists, .portAlreadyExists,
      .endpointAlreadyAttached, .defaultNamespaceExists, .endpointNamespaceAlreadyExists, .duplicateName,
      .objectAlreadyExists:
      .conflict
    case .notImplemented: .notImplemented
    case _ where Self.catalogue.contains { $0.code == self }: .badRequest
    default: .internalServerError
    }
  }

  /// The HRESULT as a header states it: `0x803b0001`.
  ///
  /// - Parameter value: The HRESULT; 0 for success.
  static func header(_ value: UInt32) -> String { HCNErrorCode(rawValue: value).description }
}

extension String {
  /// The most characters of a text that stand in a header or a line of a log: clients bound their headers, and
  /// what is explained can be as long as a document.
  static let headerLimit = 1_024

  /// The text with all that is no visible ASCII written as `\u{...}` and without what goes beyond
  /// ``headerLimit``, so that it can stand in a header or a line of a log.
  var headerText: String {
    var result = ""
    for scalar in unicodeScalars {
      guard result.utf8.count < Self.headerLimit else { return result + "..." }
      if (0x20...0x7e).contains(scalar.value) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result
  }
}
