import HNSEmulator
import HNSService
import HNSStore
import HNSTestSupport
import HostModel
import JSONText
import NetworkTypes
import Synchronization
import Testing

/// Networks that get their provider address some time after they were created.
@Suite struct ManagementIPTests {
  private func addresses(_ shared: SharedService) -> [String] {
    (try? shared.service.enumerate(.network))?.map { id in
      let reply = shared.perform(.query(.network, id, query: ["SchemaVersion": ["Major": 2]]))
      let policies = reply.result?["Policies"]?.array ?? []
      let policy = policies.first { $0["Type"] == "ProviderAddress" }
      return policy?["Settings"]?["ProviderAddress"]?.string ?? ""
    } ?? []
  }

  private func create(_ shared: SharedService, _ name: String) throws {
    let document = try networkDocument(name, "L2Bridge", prefix: "10.\(name.utf8.count).0.0/24", gateway: nil)
    #expect(!shared.perform(.create(.network, id: .zero, network: nil, settings: document)).isRefusal)
  }

  @Test func withoutADelayNetworksGetTheirManagementIPAtOnce() throws {
    let files = ModelFileSystem()
    let shared = try files.shared()
    try create(shared, "a")
    #expect(addresses(shared) == ["10.240.0.5"])
    #expect(shared.state.serial == 1)
  }

  @Test(arguments: [false, true]) func theClockAssignsOneAddressAfterTheOther(_ isStored: Bool) throws {
    let files = ModelFileSystem()
    let shared =
      isStored
      ? try files.shared(managementIPDelay: 500)
      : SharedService(host(seed: 3), managementIPDelay: 500, clock: { files.uptime() })
    try create(shared, "a")
    files.pause(milliseconds: 300)
    let text =
      #"{"Name":"vv","Type":"L2Bridge","NetworkAdapterName":"E2","Subnets":[{"AddressPrefix":"10.9.0.0/24"}]}"#
    #expect(!shared.perform(.hns(method: "POST", path: "/networks/", request: try json(text))).isRefusal)
    #expect(addresses(shared) == ["", ""])
    files.pause(milliseconds: 199)
    #expect(addresses(shared) == ["", ""])
    files.pause(milliseconds: 1)
    #expect(addresses(shared) == ["10.240.0.5", ""])
    files.pause(milliseconds: 300)
    #expect(addresses(shared) == ["10.240.0.5", "10.240.0.5"])
    #expect(shared.state.serial == 4)
    if isStored { #expect(try files.file.load() == shared.state) }
  }

  @Test func assignmentNeedsNoCall() throws {
    let files = ModelFileSystem()
    let shared = try files.shared(managementIPDelay: 500)
    try create(shared, "a")
    files.pause(milliseconds: 500)
    #expect(try files.file.load()?.service.networksAwaitingManagementIP.count == 1)
    shared.assignDueManagementIPs()
    #expect(try files.file.load()?.service.networksAwaitingManagementIP == [])
  }

  @Test func aDeletedNetworkIsSkipped() throws {
    let files = ModelFileSystem()
    let shared = try files.shared(managementIPDelay: 500)
    try create(shared, "a")
    try create(shared, "bb")
    let first = try #require(try shared.service.enumerate(.network).first)
    #expect(!shared.perform(.delete(.network, first)).isRefusal)
    files.pause(milliseconds: 500)
    #expect(addresses(shared) == ["10.240.0.5"])
    #expect(try files.file.load() == shared.state)
  }

  @Test(arguments: [0, 500]) func openAddressesAreAssignedWhenTheStateIsOpened(_ delay: Int) throws {
    let files = ModelFileSystem()
    let shared = try files.shared(managementIPDelay: 500)
    try create(shared, "a")
    try create(shared, "bb")
    files.kill()
    #expect(try files.file.load()?.service.networksAwaitingManagementIP.count == 2)
    let again = try files.shared(managementIPDelay: delay)
    #expect(addresses(again) == ["10.240.0.5", "10.240.0.5"])
    #expect(again.state.serial == 4)
    #expect(try files.file.load() == again.state)
  }

  @Test func aFullDiskDefersTheAssignment() throws {
    let files = ModelFileSystem()
    let shared = try files.shared(managementIPDelay: 500)
    try create(shared, "a")
    files.pause(milliseconds: 500)
    files.storage.withLock { $0.capacity = 0 }
    #expect(addresses(shared) == [""])
    files.storage.withLock { $0.capacity = .max }
    #expect(addresses(shared) == ["10.240.0.5"])
    #expect(try files.file.load() == shared.state)
  }
}
