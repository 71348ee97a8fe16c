import CComputeNetwork
import Glibc
import HNSEmulator
import HNSService
import JSONText
import NetworkTypes

/// What stands behind the exported functions: a service, and the handles and callbacks of its callers.
struct Door: Sendable {
  /// Where a caller wants a handle.
  typealias HandlePlace = UnsafeMutablePointer<Handle?>

  /// The door of this process.
  static let standard = Door { name in getenv(name).map { String(cString: $0) } }

  let handles = HandleTable()
  let dispatcher = NotificationDispatcher()
  private let opening: Result<SharedService, CallFailure>

  /// Opens a door to the service of an empty host.
  ///
  /// - Parameter variable: The value of a variable of the environment. One that cannot be read makes every
  ///   call fail.
  init(_ variable: (String) -> String?) {
    opening = Result { () throws(CallFailure) in
      let settings = try EnvironmentSettings(variable)
      return SharedService(
        HostNetworkingService(settings.configuration), settleDelay: settings.settleMilliseconds)
    }
  }

  /// The service.
  ///
  /// - Throws: ``CallFailure/invalidArgument(_:)`` where the environment was not understood.
  func service() throws(CallFailure) -> SharedService { try opening.get() }

  /// Carries out a call.
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

  /// Gives out a handle.
  func open(_ content: HandleContent) throws(CallFailure) -> Handle {
    guard let handle = handles.open(content) else { throw .outOfMemory }
    return handle
  }
}

/// Carries out a function and tells the caller how it went.
///
/// - Parameters:
///   - record: Where the caller wants the error record.
///   - body: The function.
/// - Returns: The HRESULT.
func answer(_ record: WideTextPlace?, _ body: () throws(CallFailure) -> Void) -> HRESULT {
  record?.pointee = nil
  do {
    try body()
    return 0
  } catch {
    record?.pointee = try? error.record.allocated()
    return error.status
  }
}

/// A place for what a function gives back, emptied.
///
/// - Throws: ``CallFailure/invalidPointer`` where there is none.
func emptied<Value>(_ place: UnsafeMutablePointer<Value?>?) throws(CallFailure) -> UnsafeMutablePointer<
  Value?
> {
  guard let place else { throw .invalidPointer }
  place.pointee = nil
  return place
}
