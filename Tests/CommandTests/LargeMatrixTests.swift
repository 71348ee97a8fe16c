import Foundation
import JSONText
import Testing

/// Matrices whose rows and columns are mostly equal: these are merged before anything is counted.
@Suite struct LargeMatrixTests {
  static func profile(_ containers: [String], sets: [String] = []) -> String {
    """
    apiVersion: hnsctl/v1
    kind: HostProfile
    name: many
    host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
    \(sets.isEmpty ? "" : "aclSets:\n\(sets.joined(separator: "\n"))")
    networks:
      - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.240.0.0/13, gateway: 10.240.0.1}]}
    containers:
    \(containers.joined(separator: "\n"))

    """
  }

  /// 60 endpoints with four services each.
  static let services = profile(
    (0..<60).map { index in
      let acls = (0..<4).map {
        "{name: allow-\($0), direction: in, action: allow, protocols: [tcp], localPorts: [\(2000 + index * 4 + $0)]}"
      }
      return
        "  - {name: web-\(index), network: podnet, isolation: hyperv, defaults: {in: block}, acls: [\(acls.joined(separator: ", "))]}"
    })

  @Test func sixtyEndpointsWithTheirOwnServices() throws {
    let workspace = try Workspace()
    try workspace.write(Self.services, to: "many.yaml")
    let text = try workspace.hnsctl("matrix", "many.yaml").exits(0).output
    #expect(text.hasPrefix("Reachability on many.yaml: 62 parties, 24"), "\(text.prefix(200))")
    #expect(text.split(separator: "\n").count < 2_000)
    // The limit that stays for a plain list gives advice that works.
    let plain = try workspace.hnsctl("matrix", "many.yaml", "--json").exits(1)
    let help = try plain.json()["diagnostics"]?.array?.first?["remedy"]?.string ?? ""
    #expect(help.contains("--fold always") && help.contains("--to NAME"), "\(help)")
    let folded = try workspace.hnsctl("matrix", "many.yaml", "--json", "--fold", "always").exits(0).json()
    let cells = folded["cells"]?.array ?? []
    #expect(cells.count < 50_000)
    let one = cells.first { $0["from"] == "outside" && $0["to"] == "web-7" && $0["verdict"] == "allow" }
    #expect(one?["services"]?.array?.count ?? 0 > 0)
    try workspace.hnsctl("matrix", "many.yaml", "--json", "--to", "web-7").exits(0)
    let page = try workspace.hnsctl("matrix", "many.yaml", "--html", "page.html")
    if page.status == 1 {
      #expect(page.errors.contains("--to NAME"), "\(page.errors)")
      try workspace.hnsctl("matrix", "many.yaml", "--html", "page.html", "--to", "web-7").exits(0)
    }
  }
}
