import CComputeNetwork
import Glibc
import HNSEmulator
import HNSService
import JSONText
import NetworkTypes

/// The implementation of the exported functions: a service, and the handles and callbacks of its callers.
struct HNSClientInterface: Sendable {
  /// Where a caller expects a handle.
  typealias HandleOutParameter = UnsafeMutablePointer<Handle?>

  /// The interface of this process.
  static let standard = HNSClientInterface { name in getenv(name).map { String(cString: $0) } }

  let handles = HandleTable()
  let dispatcher = NotificationDispatcher()
  private let opening: Result<SharedService, CallFailure>

  /// Creates an interface to the service of an empty host.
  ///
  /// - Parameter variable: The value of an environment variable. If a value is invalid, every call fails.
  init(_ variable: (String) -> String?) {
    opening = Result { () throws(CallFailure) in
      let settings = try EnvironmentSettings(variable)
      return SharedService(
        HostNetworkingService(settings.configuration),
        managementIPDelay: settings.managementIPDelayMilliseconds)
    }
  }

  /// The service.
  ///
  /// - Throws: ``CallFailure/invalidArgument(_:)`` if the environment is invalid.
  func service() throws(CallFailure) -> SharedService { try opening.get() }

  /// Performs a call.
  func perform(_ call: ServiceCall) throws(CallFailure) -> ServiceReply {
    let reply = try service().perform(call)
    if let error = reply.error { throw CallFailure(error) }
    return reply
  }

  /// The object of a handle.
  func object(_ kind: HCNObjectKind, _ handle: Handle?) throws(CallFailure) -> NetworkTypes.GUID {
    guard case .object(kind, let id)? = handles.content(handle) else { throw .invalidHandle }
    return id
  }

  /// Issues a handle.
  func open(_ content: HandleContent) throws(CallFailure) -> Handle {
    guard let handle = handles.open(content) else { throw .outOfMemory }
    return handle
  }
}

/// Runs a function and reports the outcome to the caller.
///
/// - Parameters:
///   - record: Where the caller expects the error record.
///   - body: The function.
/// - Returns: The HRESULT.
func answer(_ record: WideTextOutParameter?, _ body: () throws(CallFailure) -> Void) -> HRESULT {
  record?.pointee = nil
  do {
    try body()
    return 0
  } catch {
    record?.pointee = try? error.record.allocated()
    return error.status
  }
}

/// The place for a result, cleared.
///
/// - Throws: ``CallFailure/invalidPointer`` if there is none.
func emptied<Value>(_ outParameter: UnsafeMutablePointer<Value?>?) throws(CallFailure)
  -> UnsafeMutablePointer<
    Value?
  >
{
  guard let outParameter else { throw .invalidPointer }
  outParameter.pointee = nil
  return outParameter
}
