import Foundation
import JSONText
import Testing

/// `hnsctl serve` without options is a node that network plugins can use, and the other commands evaluate its state
/// before a container runtime has started anything.
@Suite struct BareNodeTests {
  /// Starts a service, makes the calls of a network plugin with a client in plain bash, and stops the service.
  ///
  /// The network does not name an adapter. `v1` sends a method, a path and a document.
  private static func plugin(_ options: String = "", then calls: String = "") -> String {
    """
    rm -f ready
    hnsctl serve --port 0 --management-ip-delay 0 --state host.json \(options) >ready & server=$!
    until grep -qs listening ready; do kill -0 $server || exit 1; sleep 0.02; done
    port=$(grep -o '[0-9]*$' ready)
    v1() {
      exec 3<>/dev/tcp/127.0.0.1/$port
      printf '%s %s HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n%s' \
        "$1" "$2" ${#3} "$3" >&3
      tail -n 1 <&3
      echo
    }
    net=37b9e55c-0001-4b6f-969f-8585a89dc6e5 ep=9f6c0b1e-0001-4a53-9d0e-5f1a2b3c4d5e
    pod=910f7d92-0001-4c3f-98ae-7c0ac590d2dc
    if [ ! -e again ]; then
      v1 POST /networks/ '{"ID":"'$net'","Name":"podnet","Type":"L2Bridge","Subnets":[{"AddressPrefix":"10.244.7.0/24","GatewayAddress":"10.244.7.1"}]}'
      v1 POST /endpoints/ '{"ID":"'$ep'","Name":"web","VirtualNetwork":"'$net'","IPAddress":"10.244.7.10","Policies":[{"Type":"ACL","Id":"no-smtp","Action":"Block","Direction":"Out","Protocols":"6","RemotePorts":"25","RuleType":"Switch","Priority":100},{"Type":"ACL","Id":"rest","Action":"Allow","Direction":"Out","RuleType":"Switch","Priority":65000}]}'
      v1 POST /namespaces/ '{"ID":"'$pod'"}'
      v1 POST /namespaces/$pod/addresource '{"Type":"Endpoint","Data":{"Id":"'$ep'"}}'
    fi
    \(calls)
    kill -TERM $server && wait $server
    touch again
    """
  }

  private static let note = "no container of web has started: evaluated as if one ran"

  @Test func networksWithoutAnAdapterGetOne() throws {
    let workspace = try Workspace()
    let run = try workspace.bash(
      Self.plugin(
        then: """
          v1 POST /networks/ '{"Name":"second","Type":"Transparent"}'
          v1 GET /networks/$net
          """)
    ).exits(0)
    let answers = try run.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    #expect(answers.allSatisfy { $0["Success"] == true }, "\(run.output)")
    #expect(answers.first?["Output"]?["NetworkAdapterName"] == "Ethernet")
    #expect(answers[4]["Output"]?["NetworkAdapterName"] == "Ethernet 2")
    #expect(answers[5]["Output"]?["ManagementIP"] == "10.240.0.5")
  }

  @Test func anAddressOfTheCallerReplacesTheDefaultOne() throws {
    let workspace = try Workspace()
    let run = try workspace.bash(
      Self.plugin("--host-address 192.0.2.7 --adapter NIC", then: "v1 GET /networks/$net")
    ).exits(0)
    #expect(run.output.contains(#""ManagementIP":"192.0.2.7""#))
    #expect(run.output.contains(#""NetworkAdapterName":"NIC""#))
    // A state that has an address does not get the default one later.
    let again = try workspace.bash(Self.plugin(then: "v1 GET /networks/$net")).exits(0)
    #expect(again.output.contains(#""ManagementIP":"192.0.2.7""#))
    #expect(try !workspace.read("host.json").contains("10.240.0.5"))
  }

  @Test func anEndpointIsEvaluatedAsIfItsContainerRan() throws {
    let workspace = try Workspace()
    try workspace.bash(Self.plugin()).exits(0)
    let packet = ["--from", "web", "--to", "192.0.2.1", "--protocol", "tcp", "--port"]
    let blocked = try workspace.run(["trace", "host.json"] + packet + ["25", "--expect", "block"]).exits(0)
    #expect(blocked.output.contains("no-smtp"))
    #expect(blocked.output.contains("Note: \(Self.note)"))
    let allowed = try workspace.run(["trace", "host.json", "--json"] + packet + ["443"]).exits(0).json()
    #expect(allowed["verdict"] == "allow")
    #expect(allowed["notes"]?.array?.contains(.string(Self.note)) == true)
    let parts = try workspace.run([
      "trace", "host.json", "--from", "web", "--to", "192.0.2.0/24", "--protocol", "any",
    ]).exits(0)
    #expect(parts.output.contains("Note: \(Self.note)"))

    let matrix = try workspace.hnsctl("matrix", "host.json", "--service", "tcp/25").exits(0)
    #expect(matrix.output.contains("Note: \(Self.note)"))
    #expect(!matrix.output.contains("not attached"))
    let cells = try workspace.hnsctl("matrix", "host.json", "--service", "tcp/25", "--json").exits(0).json()
    #expect(cells["notes"] == .array([.string(Self.note)]))

    try workspace.bash(#"sed 's/"25"/"26"/' host.json >other.json"#).exits(0)
    let diff = try workspace.hnsctl("diff", "host.json", "other.json", "--semantic").exits(2)
    #expect(diff.output.contains("newly allowed  IPv4 tcp 25"))
    #expect(diff.output.hasSuffix("Note: \(Self.note)\n"))
    let effect = try workspace.hnsctl("diff", "host.json", "other.json", "--semantic", "--json").exits(2)
      .json()
    #expect(effect["effect"]?.array?.count == 2)
    #expect(effect["notes"] == .array([.string(Self.note)]))

    #expect(try workspace.hnsctl("show", "vfp", "--state", "host.json").exits(0).output.contains("no-smtp"))
    let ports = try workspace.hnsctl("show", "vfp", "--state", "host.json", "--json").exits(0).json()
    #expect(ports["vfp"]?.array?.first?["pending"] == true)
    let firewall = try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output
    #expect(firewall.contains("Compartment 2, endpoint web"))
    #expect(firewall.contains("(no container has started: its rules as they will be)"))
    // The compartment itself is not there yet.
    let compartments = try workspace.hnsctl("compartments", "--state", "host.json", "--json").exits(0).json()
    #expect(compartments["compartments"]?.array?.count == 1)
    let endpoints = try workspace.hnsctl("show", "endpoints", "--state", "host.json").exits(0).output
    #expect(endpoints.contains(/\nState +: 1\n/))
  }

  @Test func autoStartOpensTheCompartmentAtOnce() throws {
    let workspace = try Workspace()
    func compartments() throws -> Int? {
      try workspace.hnsctl("compartments", "--state", "host.json", "--json").exits(0).json()["compartments"]?
        .array?.count
    }
    let run = try workspace.bash(Self.plugin("--auto-start", then: "v1 GET /endpoints/$ep")).exits(0)
    #expect(run.output.contains(#""State":3"#))
    #expect(try compartments() == 2)
    let trace = try workspace.hnsctl(
      "trace", "host.json", "--from", "web", "--to", "192.0.2.1", "--protocol", "tcp", "--port", "25"
    ).exits(0)
    #expect(trace.output.contains("blocked by no-smtp") && !trace.output.contains(Self.note))
    // A kill leaves calls in the journal, which are repeated with the same result.
    let killed = try Workspace()
    try killed.bash(Self.plugin("--auto-start", then: "kill -KILL $server; exit 0")).exits(0)
    let listed = try killed.hnsctl("compartments", "--state", "host.json", "--json").exits(0).json()
    #expect(listed["compartments"]?.array?.count == 2)
  }

  @Test func autoStartAppliesToAStateToo() throws {
    let workspace = try Workspace()
    try workspace.bash(Self.plugin()).exits(0)
    let run = try workspace.bash(Self.plugin("--auto-start", then: "v1 GET /endpoints/$ep")).exits(0)
    #expect(run.output.contains(#""State":3"#))
    // The state keeps it.
    let later = try workspace.bash(
      Self.plugin(
        then: """
          v1 POST /endpoints/ '{"Name":"late","VirtualNetwork":"'$net'","ID":"9f6c0b1e-0002-4a53-9d0e-5f1a2b3c4d5e"}'
          v1 POST /namespaces/ '{"ID":"910f7d92-0002-4c3f-98ae-7c0ac590d2dc"}'
          v1 POST /namespaces/910f7d92-0002-4c3f-98ae-7c0ac590d2dc/addresource '{"Type":"Endpoint","Data":{"Id":"9f6c0b1e-0002-4a53-9d0e-5f1a2b3c4d5e"}}'
          v1 GET /endpoints/9f6c0b1e-0002-4a53-9d0e-5f1a2b3c4d5e
          """)
    ).exits(0)
    #expect(later.output.contains(#""State":3"#))
  }

  @Test func theDiagnosticOfAnEndpointOutsideNamespacesNamesTheCalls() throws {
    let workspace = try Workspace()
    try workspace.bash(
      Self.plugin(
        then: #"v1 POST /endpoints/ '{"Name":"loose","VirtualNetwork":"'$net'","IPAddress":"10.244.7.11"}'"#)
    ).exits(0)
    let run = try workspace.hnsctl(
      "trace", "host.json", "--from", "loose", "--to", "192.0.2.1", "--protocol", "tcp", "--port", "25"
    ).exits(1)
    #expect(run.errors.contains("endpoint loose is not in a namespace"))
    #expect(run.errors.contains("[endpoint-not-attached]"))
    #expect(run.errors.contains("HcnModifyNamespace (ResourceType Container)"))
  }

  @Test func theDNSRulesOfHNSAreFirewallRules() throws {
    let workspace = try Workspace()
    try workspace.bash(
      Self.plugin(
        then: #"""
          v1 POST /networks/ '{"ID":"3d0b4a6c-7a0e-4f4b-9e0b-0c6d5a1f2e33","Name":"nat","Type":"nat","Subnets":[{"AddressPrefix":"172.30.16.0/20","GatewayAddress":"172.30.16.1"}]}'
          v1 POST /endpoints/ '{"ID":"9f6c0b1e-0003-4a53-9d0e-5f1a2b3c4d5e","Name":"inner","VirtualNetwork":"3d0b4a6c-7a0e-4f4b-9e0b-0c6d5a1f2e33"}'
          v1 POST /endpoints/9f6c0b1e-0003-4a53-9d0e-5f1a2b3c4d5e/attach '{"ContainerId":"c"}'
          """#)
    ).exits(0)
    let shown = try workspace.hnsctl("show", "firewall", "--state", "host.json").exits(0).output
    let records = shown.components(separatedBy: "\n\n")
    func fields(_ position: Int) -> [String: String] {
      let lines = records[position].split(separator: "\n")
      return Dictionary(
        lines.map { line in
          let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
          return (parts[0], parts.count > 1 ? parts[1] : "")
        }
      ) { first, _ in first }
    }
    let id = "3D0B4A6C-7A0E-4F4B-9E0B-0C6D5A1F2E34"
    for (name, number) in [("DNS (UDP-In)", "UDP"), ("ICS DNS (TCP-In)", "TCP")] {
      let title = "HNS Container Networking - \(name) - \(id) - 0"
      let position = records.firstIndex { $0.contains(": \(title)\n") } ?? 0
      // The list of the rule, that of its ports, that of its addresses, and the other filters.
      let rule = fields(position)
      let ports = fields(position + 1)
      #expect(
        ports["Protocol"] == number && ports["LocalPort"] == "53" && rule["Action"] == "Allow", "\(shown)")
      #expect(fields(position + 2)["LocalAddress"] == "Any")
      #expect(rule["DisplayName"] == rule["Name"] && rule["PolicyStoreSourceType"] == "Local")
      #expect(fields(position + 3)["InterfaceAlias"] == "vEthernet (nat)")
    }
    let query = ["trace", "host.json", "--from", "inner", "--to", "172.30.16.1", "--protocol"]
    let dns = try workspace.run(query + ["udp", "--port", "53", "--expect", "allow"]).exits(0)
    #expect(dns.output.contains("HNS Container Networking - DNS (UDP-In) - \(id) - 0"))
    try workspace.run(query + ["udp", "--port", "54", "--expect", "block"]).exits(0)
  }
}

extension Workspace {
  /// Runs the binary with a list of arguments.
  @discardableResult
  fileprivate func run(_ arguments: [String]) throws -> Run { try start(arguments).finish() }
}
