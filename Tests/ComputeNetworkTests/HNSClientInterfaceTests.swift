import CComputeNetwork
import HNSEmulator
import HNSService
import JSONText
import NetworkTypes
import Testing

@testable import ComputeNetwork

/// The functions behind the exported ones; each test has a separate service.
@Suite struct HNSClientInterfaceTests {
  private static let schema = #"{"SchemaVersion":{"Major":2,"Minor":0}}"#

  private func wide(_ text: String) -> [UInt16] { Array(text.utf16) + [0] }

  /// Calls a function that returns an error record; returns its status and the code in the record.
  private func call(_ function: (WideTextOutParameter?) -> HRESULT) -> (status: UInt32, record: UInt32?) {
    var record: UnsafeMutablePointer<UInt16>?
    let status = function(&record)
    defer { CoTaskMemFree(record) }
    let document = record.flatMap { try? JSON.required($0) }
    return (UInt32(bitPattern: status), document?["ErrorCode"]?.integer.map { UInt32($0) })
  }

  private func network(_ interface: HNSClientInterface) throws -> Handle {
    var handle: Handle?
    var id = CComputeNetwork.GUID()
    let settings = wide(#"{"Name":"n","Type":"NAT","SchemaVersion":{"Major":2,"Minor":0}}"#)
    let answer = call { interface.create(.network, &id, settings, &handle, $0) }
    #expect(answer == (0, nil))
    return try #require(handle)
  }

  @Test func anEndpointNeedsTheHandleOfANetwork() throws {
    let interface = HNSClientInterface { _ in nil }
    let network = try network(interface)
    var id = CComputeNetwork.GUID()
    var handle: Handle?
    let settings = wide(Self.schema)
    #expect(call { interface.create(.endpoint, in: network, &id, settings, &handle, $0) } == (0, nil))
    let endpoint = try #require(handle)
    #expect(
      call { interface.create(.endpoint, in: endpoint, &id, settings, &handle, $0) } == (
        0x8007_0006, 0x8007_0006
      ))
    #expect(handle == nil)
    #expect(
      call { interface.create(.endpoint, in: nil, &id, settings, &handle, $0) } == (0x8007_0006, 0x8007_0006))
    #expect(interface.close(.network, network) == 0)
    #expect(
      call { interface.create(.endpoint, in: network, &id, settings, &handle, $0) } == (
        0x8007_0006, 0x8007_0006
      ))
  }

  @Test func aCallersIdIsReadByteByByte() throws {
    let interface = HNSClientInterface { _ in nil }
    var id = CComputeNetwork.GUID(
      Data1: 0x0102_0304, Data2: 0x0506, Data3: 0x0708,
      Data4: (0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10))
    var handle: Handle?
    #expect(call { interface.create(.namespace, &id, wide(Self.schema), &handle, $0) } == (0, nil))
    guard case .object(.namespace, let taken)? = interface.handles.content(handle) else {
      Issue.record("the handle refers to another object")
      return
    }
    #expect(taken.lowercase == "01020304-0506-0708-090a-0b0c0d0e0f10")
  }

  @Test func anInvalidEnvironmentFailsEveryCall() throws {
    let interface = HNSClientInterface { $0 == "HNSCTL_WINDOWS" ? "xp" : nil }
    var id = CComputeNetwork.GUID()
    var handle: Handle?
    var text: UnsafeMutablePointer<UInt16>?
    let refused = (UInt32(0x8007_0057), UInt32?(0x8007_0057))
    for kind in HCNObjectKind.allCases {
      #expect(call { interface.enumerate(kind, nil, &text, $0) } == refused)
      #expect(call { interface.open(kind, &id, &handle, $0) } == refused)
      #expect(call { interface.delete(kind, &id, $0) } == refused)
    }
    #expect(call { interface.openService(&handle, $0) } == refused)
    #expect(UInt32(bitPattern: interface.hnsCall(wide("GET"), wide("/networks/"), nil, &text)) == 0x8007_0057)
    #expect(UInt32(bitPattern: interface.register({ _, _, _, _ in }, nil, &handle)) == 0x8007_0057)
    #expect(handle == nil)
    #expect(text == nil)
    #expect(interface.handles.count == 0)
  }

  @Test func aRestartIsTheLastNotificationOfARegistration() throws {
    let interface = HNSClientInterface { _ in nil }
    let notifications = Monitor<[UInt32]>([])
    var handle: Handle?
    let status = interface.register(
      { kind, context, _, _ in
        guard let context else { return }
        Unmanaged<Monitor<[UInt32]>>.fromOpaque(context).takeUnretainedValue().withLock { $0.append(kind) }
      }, Unmanaged.passUnretained(notifications).toOpaque(), &handle)
    #expect(status == 0)
    let service = try interface.service()
    #expect(service.perform(.restart).error == nil)
    #expect(
      notifications.wait { $0.isEmpty ? nil : $0 } == [ServiceNotification.Kind.serviceDisconnect.rawValue])
    _ = try network(interface)
    #expect(interface.unregister(handle) == 0)
    #expect(notifications.withLock { $0.count } == 1)
    #expect(UInt32(bitPattern: interface.unregister(handle)) == 0x8007_0006)
  }

  @Test func concurrentCallersLeaveNothingBehind() async throws {
    let interface = HNSClientInterface { _ in nil }
    let networkNumber = UInt(bitPattern: try network(interface))
    let settings = wide(Self.schema)
    let refusals = await withTaskGroup(of: Int.self) { group in
      for caller in 1...8 {
        group.addTask {
          var refused = 0
          for turn in 1...50 {
            var listener: Handle?
            if interface.register({ _, _, _, _ in }, nil, &listener) != 0 { refused += 1 }
            var id = CComputeNetwork.GUID(
              Data1: UInt32(caller), Data2: UInt16(turn), Data3: 0, Data4: (0, 0, 0, 0, 0, 0, 0, 0))
            var endpoint: Handle?
            let network = Handle(bitPattern: networkNumber)
            if interface.create(.endpoint, in: network, &id, settings, &endpoint, nil) != 0 { refused += 1 }
            var text: UnsafeMutablePointer<UInt16>?
            if interface.query(.endpoint, endpoint, nil, &text, nil) != 0 { refused += 1 }
            CoTaskMemFree(text)
            if interface.delete(.endpoint, &id, nil) != 0 { refused += 1 }
            if interface.close(.endpoint, endpoint) != 0 { refused += 1 }
            if interface.unregister(listener) != 0 { refused += 1 }
          }
          return refused
        }
      }
      return await group.reduce(0, +)
    }
    #expect(refusals == 0)
    #expect(interface.handles.count == 1)
    #expect(try interface.service().perform(.enumerate(.endpoint, query: nil)).result == [])
  }
}
