import CComputeNetwork
import HNSEmulator
import HNSService
import JSONText

/// The functions of the service as a whole.
extension HNSClientInterface {
  /// `HcnRegisterServiceCallback`.
  func register(
    _ callback: HCN_NOTIFICATION_CALLBACK?, _ context: UnsafeMutableRawPointer?, _ handle: HandleOutParameter?
  ) -> HRESULT {
    answer(nil) { () throws(CallFailure) in
      let handle = try emptied(handle)
      guard let callback else { throw .invalidPointer }
      let service = try service()
      let id = try dispatcher.add(.init(function: callback, context: context))
      let observer = service.register { [dispatcher] in dispatcher.post($0, to: id) }
      let registration = NotificationDispatcher.Registration(id: id, observer: observer)
      do throws(CallFailure) { handle.pointee = try open(.callback(registration)) } catch {
        service.unregister(observer)
        dispatcher.remove(id)
        throw error
      }
    }
  }

  /// `HcnUnregisterServiceCallback`.
  func unregister(_ handle: Handle?) -> HRESULT {
    answer(nil) { () throws(CallFailure) in
      let closed = handles.close(handle) { if case .callback = $0 { true } else { false } }
      guard case .callback(let registration)? = closed else { throw .invalidHandle }
      try service().unregister(registration.observer)
      dispatcher.remove(registration.id)
    }
  }

  /// `HcnOpenService`.
  func openService(_ handle: HandleOutParameter?, _ record: WideTextOutParameter?) -> HRESULT {
    answer(record) { () throws(CallFailure) in
      let handle = try emptied(handle)
      _ = try service()
      handle.pointee = try open(.service)
    }
  }

  /// `HcnCloseService`.
  func closeService(_ handle: Handle?) -> HRESULT {
    answer(nil) { () throws(CallFailure) in
      let closed = handles.close(handle) { if case .service = $0 { true } else { false } }
      if closed == nil { throw .invalidHandle }
    }
  }

  /// `HNSCall`.
  func hnsCall(
    _ method: WideText?, _ path: WideText?, _ request: WideText?, _ response: WideTextOutParameter?
  ) -> HRESULT {
    answer(nil) { () throws(CallFailure) in
      let response = try emptied(response)
      guard let method, let path else { throw .invalidPointer }
      guard let method = String(wide: method), let path = String(wide: path) else {
        throw .invalidArgument("the method or the path is not valid UTF-16")
      }
      let request = try JSON.optional(request)
      let reply = try perform(.hns(method: method, path: path, request: request))
      response.pointee = try (reply.result ?? ["Success": true]).allocated()
    }
  }
}
