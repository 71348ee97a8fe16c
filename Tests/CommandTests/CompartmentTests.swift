import Foundation
import JSONText
import Testing

/// `hnsctl compartments`, through the built binary (reference: windows-firewall-and-vfp, 1; hns, 6.4).
@Suite struct CompartmentTests {
  static let hostCompartment = """
    CompartmentId          : 1
    CompartmentDescription : Default Compartment
    CompartmentGuid        : {b1062982-2b18-4b4f-b3d5-a78ddb9cdd49}

    """

  private func compartments(_ workspace: Workspace, _ arguments: String...) throws -> [JSON] {
    let run = try workspace.start(["compartments", "--state", "host.json", "--json"] + arguments).finish()
      .exits(0)
    return try #require(try run.json()["compartments"]?.array)
  }

  @Test func containersOfAPodShareACompartment() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    let dump = try workspace.hnsctl("compartments", "--state", "host.json").exits(0)
    #expect(
      dump.output == "\n" + Self.hostCompartment + """

        CompartmentId          : 2
        CompartmentDescription : HNS Namespace 67800C53-78D5-8D5E-809C-176D7DFCF2A6
        CompartmentGuid        : {78d752c6-c170-8c91-9693-122b6177ba22}


        """)
    #expect(dump.errors.isEmpty)
    #expect(
      try workspace.hnsctl("show", "compartments", "--state", "host.json").exits(0).output == dump.output)
    #expect(
      try workspace.hnsctl("compartments", "--state", "host.json", "--all").exits(0).output == dump.output)

    let found = try compartments(workspace)
    #expect(found.count == 2)
    // The infrastructure container opens the compartment; the host process runs in the host's compartment.
    #expect(found.last?["containers"] == ["api/infrastructure", "api/app", "api/sidecar"])
    #expect(found.last?["namespace"] == "67800C53-78D5-8D5E-809C-176D7DFCF2A6")
    #expect(found.first?["containers"] == ["agent/agent"])

    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json", "--destroy").exits(0)
    #expect(
      try workspace.hnsctl("compartments", "--state", "host.json").exits(0).output
        == "\n\(Self.hostCompartment)\n")
    #expect(try compartments(workspace).first?["containers"] == [])
  }

  /// A namespace, its endpoint and its ACLs exist first; the first container opens the compartment.
  @Test func aCompartmentOpensWithTheFirstContainer() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("plan", "pod.yaml", "--out", "pod.plan").exits(0)
    // The same plan without starting containers, as if the runtime had not reached that step yet.
    try workspace.editPlan("pod.plan") { plan in
      let operations = plan["operations"]?.array ?? []
      plan["operations"] = .array(
        operations.filter { $0["summary"]?.string?.hasPrefix("start container") != true })
    }
    let applied = try workspace.hnsctl("apply", "pod.plan", "--state", "host.json").exits(0)
    #expect(!applied.output.contains("start container"))
    #expect(
      try workspace.hnsctl("compartments", "--state", "host.json").exits(0).output
        == "\n\(Self.hostCompartment)\n")
    let namespaces = try workspace.hnsctl("show", "namespaces", "--state", "host.json").exits(0)
    #expect(namespaces.output.contains(/\nID +: 67800C53-78D5-8D5E-809C-176D7DFCF2A6\n/))
    #expect(namespaces.output.contains(/\nCompartmentId +: 0\n/))
    let acls = try workspace.hnsctl("show", "acls", "--state", "host.json", "--json").exits(0).json()
    #expect(acls["acls"]?.array?.count == 12)
    #expect(acls["acls"]?.array?.allSatisfy { $0["pending"] == true } == true)
    let endpoint = try workspace.hnsctl("show", "endpoints", "--state", "host.json").exits(0).output
    #expect(endpoint.contains(/\nState +: 1\n/))
    let firewall = try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output
    #expect(firewall.contains("(no container has started: its rules as they will be)"))
    #expect(firewall.contains("allow-app"))

    // The next apply does only what is left.
    let rest = try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    #expect(
      rest.output == """
          done start container api/infrastructure
          done start container api/app
          done start container api/sidecar
          done start container agent/agent
        Applied profile pod to host.json: 4 requests, serial 2.

        """)
    #expect(try compartments(workspace).count == 2)
    #expect(
      try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output.contains("allow-app"))
  }

  @Test func compartmentsOfUtilityVMsAreShownOnRequest() throws {
    let workspace = try Workspace()
    try workspace.shipped("overlay-hyperv.yaml")
    try workspace.hnsctl("apply", "overlay-hyperv.yaml", "--state", "host.json").exits(0)
    // On a host with an overlay network the distributed router has compartment 2.
    let own = try workspace.hnsctl("compartments", "--state", "host.json").exits(0).output
    #expect(own.hasPrefix("\n" + Self.hostCompartment))
    #expect(own.contains("\nCompartmentId          : 2\nCompartmentDescription : DR\n"))
    let all = try workspace.hnsctl("compartments", "--state", "host.json", "--all").exits(0).output
    // A utility VM has its own default compartment in addition to that of its container.
    #expect(
      all == own + """
        In the utility VM of namespace A3D736CA-6F40-8BA4-A122-120B07817D3E

        CompartmentId          : 1
        CompartmentDescription : Default Compartment
        CompartmentGuid        : {37572eeb-292e-8626-aaa2-d97fe97d57cc}

        CompartmentId          : 2
        CompartmentDescription : HNS Namespace A3D736CA-6F40-8BA4-A122-120B07817D3E
        CompartmentGuid        : {8b07cd36-085c-8e6e-8f4a-7cdc70f84f22}


        """)
    let found = try compartments(workspace, "--all")
    #expect(found.compactMap { $0["compartmentId"]?.integer } == [1, 2, 1, 2])
    #expect(found[1]["namespace"] == .null && found[1]["compartmentDescription"] == "DR")
    #expect(found.last?["containers"] == ["web"])
    #expect(found.last?["utilityVM"]?.string != nil)
    #expect(found.first?["utilityVM"] == nil)
    try workspace.hnsctl("apply", "overlay-hyperv.yaml", "--state", "host.json", "--destroy").exits(0)
    #expect(try compartments(workspace, "--all").count == 1)
  }

  /// The assumption compartmentIds selects one of two rules, where the sources are silent.
  @Test(arguments: [("neverReused", [1, 2, 4]), ("lowestFree", [1, 2, 3])] as [(String, [Int64])])
  func numbersOfClosedCompartments(_ rule: String, _ ids: [Int64]) throws {
    let workspace = try Workspace()
    let hosts = "adapters: [Ethernet, Second]}"
    let changed = "adapters: [Ethernet, Second], assumptions: {compartmentIds: \(rule)}}"
    try workspace.write(SharedHostTests.alpha.replacing(hosts, with: changed), to: "alpha.yaml")
    try workspace.write(SharedHostTests.neighbor.replacing(hosts, with: changed), to: "beta.yaml")
    try workspace.hnsctl("apply", "alpha.yaml", "--state", "host.json").exits(0)
    try workspace.hnsctl("apply", "beta.yaml", "--state", "host.json").exits(0)
    #expect(try compartments(workspace).compactMap { $0["compartmentId"]?.integer } == [1, 2, 3])
    try workspace.hnsctl("apply", "beta.yaml", "--state", "host.json", "--destroy").exits(0)
    try workspace.hnsctl("apply", "beta.yaml", "--state", "host.json").exits(0)
    #expect(try compartments(workspace).compactMap { $0["compartmentId"]?.integer } == ids)
  }
}

extension Workspace {
  /// Alters a saved plan and updates its digest, as only a test would.
  func editPlan(_ name: String, _ edit: (inout JSONObject) -> Void) throws {
    guard case .object(var plan) = try JSON(parsing: read(name)) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    edit(&plan)
    plan["digest"] = nil
    try write(JSON.object(plan).sorted.text(), to: "\(name).text")
    let digest = try bash("sha256sum < '\(name).text'").exits(0).output.prefix(64)
    plan.append("digest", .string("sha256:\(digest)"))
    try write(String(decoding: JSON.object(plan).bytes(.pretty), as: UTF8.self), to: name)
  }
}
