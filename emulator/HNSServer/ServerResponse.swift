import HNSEmulator
import HNSService
import JSONText
import NIOHTTP1
import NetworkTypes

/// The answer to a request.
struct ServerResponse: Sendable {
  var status: HTTPResponseStatus
  var body: [UInt8] = []
  /// The size of the body if it differs from that of ``body``, which then is not sent.
  var statedSize: Int?
  /// The HRESULT of the call; nil if there was no call.
  var hresult: UInt32?
  /// Why the call was refused, as text.
  var detail: String?
  /// The methods the path accepts, when a request uses another one.
  var allowed: [String] = []

  /// A document that is not the result of a call.
  static func document(_ document: JSON) -> ServerResponse {
    ServerResponse(status: .ok, body: document.bytes())
  }

  /// An answer to a request that did not reach the service.
  ///
  /// - Parameters:
  ///   - status: The status.
  ///   - reason: What is wrong and how to fix it.
  static func problem(_ status: HTTPResponseStatus, _ reason: String) -> ServerResponse {
    ServerResponse(status: status, body: (["error": .string(reason)] as JSON).bytes())
  }

  /// The answer to a failed call.
  ///
  /// - Parameter error: The error of the call.
  static func failure(_ error: HCNError) -> ServerResponse {
    ServerResponse(
      status: error.code.httpStatus, body: error.record.bytes(), hresult: error.code.rawValue,
      detail: error.detail)
  }

  /// The answer to a completed call.
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

  init(status: HTTPResponseStatus, body: [UInt8] = [], hresult: UInt32? = nil, detail: String? = nil) {
    self.status = status
    self.body = body
    self.hresult = hresult
    self.detail = detail
  }
}

extension HCNErrorCode {
  /// The HTTP status of a failed call, for clients that look only at the status.
  ///
  /// Codes outside the HRESULT tables, which only faults produce, map to an internal server error.
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
  /// The longest text allowed in a header or a log line: clients limit the size of headers, and a detail can
  /// be as long as a document.
  static let headerLimit = 1_024

  /// The text limited to ``headerLimit`` characters and with everything but visible ASCII and spaces escaped
  /// as `\u{...}`, so that it is safe in a header.
  var headerText: String { escaped { (0x20...0x7e).contains($0) } }

  /// The text as one word of a log line: like ``headerText``, but spaces and backslashes are escaped too, so
  /// that it cannot forge columns or escapes, and an empty text is `-`.
  var logWord: String { isEmpty ? "-" : escaped { (0x21...0x7e).contains($0) && $0 != 0x5c } }

  private func escaped(unless isPlain: (UInt32) -> Bool) -> String {
    var result = ""
    for scalar in unicodeScalars {
      guard result.utf8.count < Self.headerLimit else { return result + "..." }
      if isPlain(scalar.value) {
        result.unicodeScalars.append(scalar)
      } else {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      }
    }
    return result
  }
}
