import Diagnostics
import HostModel
import JSONText
import PolicyPlan
import PolicyViews
import Testing

@Suite struct SavedPlanTests {
  private func saved() throws -> (Plan, [UInt8]) {
    let wanted = try desired(profile("a", PlanTests.web))
    let plan = try plan(wanted, on: emptyHost(for: wanted)).plan
    return (plan, plan.savedText)
  }

  @Test func aSavedPlanIsReadBackUnchanged() throws {
    let (plan, bytes) = try saved()
    let loaded = try Plan.load(bytes, file: "p").get()
    for (read, made) in zip(loaded.changes, plan.changes) { #expect(read == made) }
    #expect(loaded.operations == plan.operations)
    #expect(loaded.configuration == plan.configuration)
    #expect(loaded == plan)
    #expect(loaded.savedText == bytes)
  }

  @Test func anAlterationOfAnyByteIsRefused() throws {
    // A small plan, because every byte of it is altered.
    let wanted = try desired(
      "apiVersion: hnsctl/v1\nkind: HostProfile\nname: a\nnetworks: [{name: n, driver: nat, subnets: [{prefix: 10.1.0.0/24, gateway: 10.1.0.1}]}]"
    )
    let bytes = try plan(wanted, on: emptyHost(for: wanted)).plan.savedText
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= 1
      guard case .failure(let refusal) = Plan.load(altered, file: "p") else {
        Issue.record("byte \(index) of \(bytes.count) can be altered unnoticed")
        return
      }
      #expect(["plan-damaged", "plan-newer-format"].contains(refusal.diagnostic.code.id))
    }
  }

  @Test func aPlanCutAnywhereIsRefused() throws {
    let (_, bytes) = try saved()
    for length in stride(from: 0, to: bytes.count, by: 7) {
      guard case .failure = Plan.load(Array(bytes.prefix(length)), file: "p") else {
        Issue.record("cut at \(length)")
        return
      }
    }
  }

  @Test func aPlanOfANewerFormatIsRefusedByName() throws {
    guard case .failure(let refusal) = Plan.load(Array("{\"formatVersion\": 99}".utf8), file: "p") else {
      Issue.record("accepted")
      return
    }
    #expect(refusal.diagnostic.code.id == "plan-newer-format")
  }
}
