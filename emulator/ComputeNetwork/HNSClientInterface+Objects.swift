import CComputeNetwork
import HNSEmulator
import JSONText
import NetworkTypes

/// The functions that every kind of object has (reference: hns, 3).
extension HNSClientInterface {
  /// `HcnEnumerate*s`.
  func enumerate(
    _ kind: HCNObjectKind, _ query: WideText?, _ ids: WideTextOutParameter?, _ record: WideTextOutParameter?
  ) -> HRESULT {
    answer(record) { () throws(CallFailure) in
      let ids = try emptied(ids)
      let reply = try perform(.enumerate(kind, query: try JSON.optional(query)))
      ids.pointee = try (reply.result ?? []).allocated()
    }
  }

  /// `HcnCreate*`; the network is that of an endpoint.
  func create(
    _ kind: HCNObjectKind, in network: Handle? = nil, _ id: UnsafePointer<CComputeNetwork.GUID>?,
    _ settings: WideText?, _ handle: HandleOutParameter?, _ record: WideTextOutParameter?
  ) -> HRESULT {
    answer(record) { () throws(CallFailure) in
      let handle = try emptied(handle)
      let network = kind == .endpoint ? try object(.network, network) : nil
      let wanted = try GUID(id)
      let settings = try JSON.required(settings)
      let reply = try perform(.create(kind, id: wanted, network: network, settings: settings))
      handle.pointee = try open(.object(kind, reply.object ?? wanted))
    }
  }

  /// `HcnOpen*`.
  func open(
    _ kind: HCNObjectKind, _ id: UnsafePointer<CComputeNetwork.GUID>?, _ handle: HandleOutParameter?,
    _ record: WideTextOutParameter?
  ) -> HRESULT {
    answer(record) { () throws(CallFailure) in
      let handle = try emptied(handle)
      let wanted = try GUID(id)
      let reply = try perform(.open(kind, wanted))
      handle.pointee = try open(.object(kind, reply.object ?? wanted))
    }
  }

  /// `HcnModify*`.
  func modify(
    _ kind: HCNObjectKind, _ handle: Handle?, _ settings: WideText?, _ record: WideTextOutParameter?
  ) -> HRESULT {
    answer(record) { () throws(CallFailure) in
      let id = try object(kind, handle)
      _ = try perform(.modify(kind, id, settings: try JSON.required(settings)))
    }
  }

  /// `HcnQuery*Properties`, and the two other queries of endpoints.
  func query(
    _ kind: HCNObjectKind, _ handle: Handle?, _ query: WideText?, _ result: WideTextOutParameter?,
    _ record: WideTextOutParameter?,
    as call: (NetworkTypes.GUID, JSON?) -> ServiceCall
  ) -> HRESULT {
    answer(record) { () throws(CallFailure) in
      let result = try emptied(result)
      let id = try object(kind, handle)
      let reply = try perform(call(id, try JSON.optional(query)))
      result.pointee = try (reply.result ?? [:]).allocated()
    }
  }

  /// `HcnQuery*Properties`.
  func query(
    _ kind: HCNObjectKind, _ handle: Handle?, _ query: WideText?, _ properties: WideTextOutParameter?,
    _ record: WideTextOutParameter?
  ) -> HRESULT {
    self.query(kind, handle, query, properties, record) { .query(kind, $0, query: $1) }
  }

  /// `HcnDelete*`.
  func delete(
    _ kind: HCNObjectKind, _ id: UnsafePointer<CComputeNetwork.GUID>?, _ record: WideTextOutParameter?
  ) -> HRESULT {
    answer(record) { () throws(CallFailure) in _ = try perform(.delete(kind, try GUID(id))) }
  }

  /// `HcnClose*`.
  func close(_ kind: HCNObjectKind, _ handle: Handle?) -> HRESULT {
    answer(nil) { () throws(CallFailure) in
      let closed = handles.close(handle) { if case .object(kind, _) = $0 { true } else { false } }
      if closed == nil { throw .invalidHandle }
    }
  }
}

extension NetworkTypes.GUID {
  /// Reads an id passed by a caller.
  ///
  /// - Parameter pointer: The pointer to it.
  /// - Throws: ``CallFailure/invalidPointer`` if it is null.
  init(_ pointer: UnsafePointer<CComputeNetwork.GUID>?) throws(CallFailure) {
    guard let id = pointer?.pointee else { throw .invalidPointer }
    let last = withUnsafeBytes(of: id.Data4) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
    self.init(
      UInt128(id.Data1) << 96 | UInt128(id.Data2) << 80 | UInt128(id.Data3) << 64 | UInt128(last))
  }
}
