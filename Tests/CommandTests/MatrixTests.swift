import Foundation
import JSONText
import Testing

/// `hnsctl matrix`, through the built binary.
@Suite struct MatrixTests {
  // MARK: Text

  @Test(arguments: ["pod", "nat-publish", "shared-acl-sets", "dual-stack"])
  func shippedProfiles(_ name: String) throws {
    let workspace = try Workspace()
    try workspace.shipped("\(name).yaml")
    let run = try workspace.hnsctl("matrix", "\(name).yaml").exits(0)
    #expect(run.errors.isEmpty)
    try expectGolden(run.output, "matrix-\(name).txt")
    for line in run.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
  }

  @Test func documentsAreGolden() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try expectGolden(try workspace.hnsctl("matrix", "pod.yaml", "--json").exits(0).output, "matrix-pod.json")
    try workspace.write(
      try workspace.read("pod.yaml").replacing("10.244.0.0/16]}", with: "10.244.0.0/17]}"), to: "new.yaml")
    try expectGolden(
      try workspace.hnsctl("matrix", "pod.yaml", "new.yaml").exits(2).output, "matrix-pod-change.txt")
    try expectGolden(
      try workspace.hnsctl("matrix", "pod.yaml", "new.yaml", "--json").exits(2).output,
      "matrix-pod-change.json")
  }

  @Test func everyShippedProfileHasAMatrix() throws {
    let workspace = try Workspace()
    for name in ShippedProfiles.supported {
      let document = try workspace.hnsctl("matrix", ShippedProfiles.path(name), "--json").exits(0).json()
      let peers = document["parties"]?.array ?? []
      let services = document["services"]?.array ?? []
      let cells = document["cells"]?.array ?? []
      let senders = peers.filter { $0["kind"]?.string != "service" }
      #expect(cells.count == senders.count * peers.count * services.count, "\(name)")
      #expect(!cells.isEmpty)
      for cell in cells {
        let verdict = cell["verdict"]?.string ?? ""
        #expect(
          ["allow", "block", "mixed", "some", "none", "unknown"].contains(verdict), "\(name): \(verdict)")
        #expect((verdict == "none") == (cell["reason"] != nil), "\(name)")
        if verdict == "some" { #expect((cell["parts"]?.array?.count ?? 0) > 1, "\(name)") }
      }
    }
  }

  /// Every cell agrees with a trace of its packet.
  @Test(arguments: ["pod.yaml", "nat-publish.yaml", "transparent-process.yaml"])
  func cellsAreTraces(_ name: String) throws {
    let workspace = try Workspace()
    try workspace.shipped(name)
    let document = try workspace.hnsctl("matrix", name, "--json").exits(0).json()
    let kinds = Dictionary(
      uniqueKeysWithValues: (document["parties"]?.array ?? []).map {
        ($0["name"]?.string ?? "", $0["kind"]?.string ?? "")
      })
    let services = Dictionary(
      uniqueKeysWithValues: (document["services"]?.array ?? []).map { ($0["name"]?.string ?? "", $0) })
    var compared = 0
    for cell in document["cells"]?.array ?? [] {
      guard let from = cell["from"]?.string, let to = cell["to"]?.string, kinds[from] != "addresses",
        kinds[to] != "addresses", let service = services[cell["service"]?.string ?? ""],
        let verdict = cell["verdict"]?.string, verdict != "none"
      else { continue }
      var arguments = ["trace", name, "--from", from, "--to", to, "--json"]
      arguments += ["--protocol", "\(service["protocol"]?.integer ?? 0)"]
      if let ports = service["ports"]?.array?.first?.string?.split(separator: "-").first {
        arguments += ["--port", String(ports)]
      }
      let trace = try workspace.start(arguments).finish().exits(0).json()
      #expect(trace["verdict"]?.string == verdict, "\(arguments)")
      #expect(trace["rule"] == cell["rule"], "\(arguments)")
      compared += 1
    }
    #expect(compared > 4)
  }

  @Test func aStateGivesTheSameMatrixAsItsProfile() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.hnsctl("apply", "pod.yaml", "--state", "host.json").exits(0)
    #expect(
      try workspace.hnsctl("matrix", "host.json", "pod.yaml").exits(0).output
        == "No reachability changes from host.json to pod.yaml: what an apply of the profile to this state changes\n"
    )
    let cells = { (run: Run) in try run.json()["cells"] }
    #expect(
      try cells(try workspace.hnsctl("matrix", "host.json", "--json").exits(0))
        == cells(try workspace.hnsctl("matrix", "pod.yaml", "--json").exits(0)))
    let profile = try workspace.read("pod.yaml")
    let fromInput = try workspace.hnsctl("matrix", "-", input: profile).exits(0).output
    #expect(fromInput.hasPrefix("Reachability on -: 3 parties, 5 services\n"))
    #expect(
      try workspace.hnsctl("matrix", "host.json", "-", input: profile).exits(0).output.hasPrefix(
        "No reachability changes"))
  }

  // MARK: Selection

  @Test func restrictions() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let run = try workspace.hnsctl(
      "matrix", "pod.yaml", "--from", "agent,10.244.3.4", "--to", "api", "--service", "tcp/8080-9090,icmp",
      "--service", "udp/53"
    ).exits(0)
    let table = run.output.split(separator: "\n\n")[1]
    #expect(
      table == """
        To api
                                     udp/53
          from        tcp/8080-9090  icmp
          host        some [1]       block
          10.244.3.4  some [2]       block
          [1] block port 8081-9089 by default-in; allow the rest by allow-probes
          [2] allow port 8080 by allow-app; block port 8081-9090 by default-in
        """)
    // A set of addresses on the host means the parties that have them; a set of both kinds means both.
    let node = try workspace.hnsctl("matrix", "pod.yaml", "--from", "node", "--to", "api", "--json").exits(0)
      .json()
    #expect(Set((node["cells"]?.array ?? []).map { $0["from"]?.string }) == ["host"])
    let both = try workspace.hnsctl(
      "matrix", "pod.yaml", "--address-set", "wide=10.244.0.0/16", "--from", "wide", "--to", "host", "--json"
    ).exits(0).json()
    #expect(Set((both["cells"]?.array ?? []).map { $0["from"]?.string }) == ["wide", "api"])
    let stated = try workspace.hnsctl(
      "matrix", "pod.yaml", "--address-set", "spare=203.0.113.7,2001:db8::/32", "--json"
    ).exits(0).json()
    let peer = stated["parties"]?.array?.first { $0["name"] == "spare" }
    #expect(peer?["addresses"] == ["203.0.113.7", "2001:db8::/32"])
  }

  @Test func unlistedPortsAreIncluded() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let document = try workspace.hnsctl("matrix", "pod.yaml", "--json").exits(0).json()
    let names = (document["services"]?.array ?? []).compactMap { $0["name"]?.string }
    #expect(names == ["tcp/8080", "tcp/9090", "tcp other", "udp", "icmp"])
  }

  @Test func foldingIsOptional() throws {
    let workspace = try Workspace()
    try workspace.shipped("shared-acl-sets.yaml")
    let folded = try workspace.hnsctl("matrix", "shared-acl-sets.yaml", "--json", "--fold", "always").exits(0)
      .json()
    let group = folded["groups"]?.array?.first
    #expect(folded["groups"]?.array?.count == 1)
    #expect(group?["name"] == "web-01 +19")
    #expect(group?["members"]?.array?.count == 20)
    let names = Set((folded["cells"]?.array ?? []).compactMap { $0["from"]?.string })
    #expect(names == ["web-01 +19", "host", "load-balancers", "metadata", "outside"])
    let single = try workspace.hnsctl("matrix", "shared-acl-sets.yaml", "--fold", "never").exits(0).output
    #expect(single.contains("\nTo web-20\n"))
    #expect(!single.contains("represents"))
    // A member that is selected alone is shown alone.
    let one = try workspace.hnsctl("matrix", "shared-acl-sets.yaml", "--from", "web-07", "--to", "web-09")
      .exits(0).output
    #expect(one.contains("\nTo web-09\n") && one.contains("\n  web-07 "))
  }

  @Test func colorOnlyRepeatsWords() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.write(
      try workspace.read("pod.yaml").replacing("[8080, 9090]", with: "[8080]"), to: "new.yaml")
    for (arguments, status) in [(["pod.yaml"], Int32(0)), (["pod.yaml", "new.yaml"], 2)] {
      let plain = try workspace.start(["matrix"] + arguments).finish().exits(status).output
      let colored = try workspace.start(["matrix", "--color", "always"] + arguments).finish().exits(status)
        .output
      #expect(colored.contains("\u{1b}[3"))
      #expect(colored.replacing(/\u{1b}\[[0-9]+m/, with: "") == plain)
    }
  }

  // MARK: Pages

  @Test func pagesAreCompleteAndSafe() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let hostile = "<script>alert(1)</script>\"'&\u{202e}\u{1b}[31m"
    let arguments = ["matrix", "pod.yaml", "--address-set", "\(hostile)=198.51.100.0/24"]
    let run = try workspace.start(arguments + ["--html", "matrix.html"]).finish().exits(0)
    #expect(run.output == "Wrote matrix.html.\n")
    let page = try workspace.read("matrix.html")
    #expect(page.hasPrefix("<!doctype html>\n<html lang=\"en\">\n"))
    #expect(page.hasSuffix("</html>\n"))
    #expect(page.contains("<title>Reachability: pod.yaml</title>"))
    #expect(!page.contains("<script>alert"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\u{202e}\\u{1b}[31m"))
    #expect(!page.contains("\u{1b}") && !page.contains("\u{202e}"))
    #expect(!page.contains("http://") && !page.contains("https://"))
    #expect(page.contains("default-src 'none'"))
    #expect(page.contains("by <code>allow-probes</code> <span class=\"place\">(pod.yaml:29)</span>"))
    #expect(try workspace.start(arguments + ["--html", "-"]).finish().exits(0).output == page)
    let text = try workspace.start(arguments).finish().exits(0).output
    #expect(!text.contains("\u{1b}") && !text.contains("\u{202e}"))
    // The document and the page in one run.
    let both = try workspace.start(["matrix", "pod.yaml", "--json", "--html", "both.html"]).finish().exits(0)
    #expect(try both.json()["cells"] != nil)
    #expect(try workspace.read("both.html").hasPrefix("<!doctype html>"))
  }

  /// A cell names the line of a rule of its receiver for packets in, and of its sender for packets out.
  @Test func cellsNameTheLineOfTheRuleThatDecides() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let page = try workspace.hnsctl("matrix", "pod.yaml", "--html", "-").exits(0).output
    // The host blocks what api sends to it: that is not the default of api.
    let head = ##"<span>api</span></th><td class="none"><a href="#[0-9]+">no packets</a></td>"##
    let cell = try Regex(head + ##"<td class="block"><a href="#([0-9]+)">"##, as: (Substring, Substring).self)
    let number = try #require(page.firstMatch(of: cell)).1
    let note = "<b class=\"block\">✕ block</b> by <code>default-in</code>"
    #expect(page.contains("<li id=\"\(number)\">\(note)</li>"))
    #expect(page.contains("\(note) <span class=\"place\">(pod.yaml:26)</span>"))
  }

  /// Addresses of both families with one verdict by one rule are explained once.
  @Test func equalPartsOfACellAreExplainedOnce() throws {
    let workspace = try Workspace()
    try workspace.shipped("dual-stack.yaml")
    let page = try workspace.hnsctl("matrix", "dual-stack.yaml", "--html", "-").exits(0).output
    #expect(page.contains("<b class=\"allow\">✓ allow</b> by <code>default-out</code></li>"))
    #expect(!page.contains("allow IPv4 by") && !page.contains("allow from ::/0"))
  }

  @Test func differencePages() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    try workspace.write(
      try workspace.read("pod.yaml").replacing("[8080, 9090]", with: "[8080]"), to: "new.yaml")
    try workspace.hnsctl("matrix", "pod.yaml", "new.yaml", "--html", "change.html").exits(2)
    let page = try workspace.read("change.html")
    #expect(page.contains("<title>Reachability: pod.yaml to new.yaml</title>"))
    #expect(page.contains("<b>allow</b> by <code>allow-probes</code>"))
    #expect(page.contains("<b>block</b> by <code>default-in</code>"))
    try workspace.hnsctl("matrix", "pod.yaml", "pod.yaml", "--html", "same.html").exits(0)
    #expect(try workspace.read("same.html").contains("no differences"))
  }

  // MARK: Comparisons

  @Test func onlyVerdictsAreDifferences() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let profile = try workspace.read("pod.yaml")
    // Renaming a rule changes no verdict.
    try workspace.write(profile.replacing("allow-probes", with: "probes"), to: "renamed.yaml")
    try workspace.hnsctl("matrix", "pod.yaml", "renamed.yaml").exits(0)
    try workspace.write(
      profile.replacing(
        "  - name: agent\n",
        with: "  - {name: late, network: podnet, addresses: [10.244.7.21], containers: [{name: app}]}\n"
          + "  - name: agent\n"),
      to: "more.yaml")
    let more = try workspace.hnsctl("matrix", "pod.yaml", "more.yaml", "--json").exits(2).json()
    // What only one side has is named, and has no verdict to compare.
    #expect(more["changes"] == [])
    #expect(more["added"] == ["late"] && more["removed"] == [])
    let text = try workspace.hnsctl("matrix", "pod.yaml", "more.yaml").exits(2).output
    #expect(text.contains("Not present before the change, so not compared: late.\n"), "\(text)")
    #expect(!text.contains("none ("), "\(text)")
    // A name of only one side can be selected.
    try workspace.hnsctl("matrix", "pod.yaml", "more.yaml", "--from", "late", "--to", "api").exits(2)
    let unknown = try workspace.hnsctl("matrix", "pod.yaml", "more.yaml", "--from", "lata").exits(1)
    #expect(unknown.errors.contains("there is no endpoint, container or pod 'lata'"), "\(unknown.errors)")
  }

  // MARK: Invalid input

  @Test(arguments: [
    (["--service", "tpc/80"], "unknown-protocol", "did you mean 'tcp'?"),
    (["--service", "tcp/66000"], "invalid-port", "'66000' is not a valid port"),
    (["--service", "tcp/90-80"], "invalid-port", "the port range '90-80' ends before it starts"),
    (["--service", "tcp/"], "invalid-port", "'' is not a valid port"),
    (["--service", "icmp/8"], "protocol-without-ports", "write icmp alone"),
    (["--service", ""], "unknown-protocol", "'' is not an IP protocol"),
    (["--service", "tcp/80,"], "unknown-protocol", "'' is not an IP protocol"),
    (["--from", "appi"], "unknown-peer", "did you mean 'api'?"),
    (["--to", "10.0.0.0/33"], "invalid-address", "'10.0.0.0/33'"),
    (["--address-set", "corp"], "invalid-name", "'corp' is not an address set"),
    (["--address-set", "=10.0.0.0/8"], "invalid-name", "is not an address set"),
    (["--address-set", "corp=10.0.0.1/8"], "host-bits-set", "'10.0.0.1/8'"),
    (["--address-set", "corp="], "invalid-address", "'' is not an address"),
    (
      ["--address-set", "a=10.0.0.0/8", "--address-set", "a=11.0.0.0/8"], "duplicate-name", "two address sets"
    ),
  ])
  func wrongQuestions(_ arguments: [String], _ code: String, _ words: String) throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let run = try workspace.start(["matrix", "pod.yaml"] + arguments).finish().exits(1)
    #expect(run.errors.contains("[\(code)]"), "\(run.errors)")
    #expect(run.errors.contains(words), "\(run.errors)")
    #expect(run.output.isEmpty)
    let document = try workspace.start(["matrix", "pod.yaml", "--json"] + arguments).finish().exits(1).json()
    #expect(document["diagnostics"]?.array?.last?["code"]?.string == code)
  }

  @Test func wrongUsage() throws {
    let workspace = try Workspace()
    try workspace.shipped("pod.yaml")
    let before = try workspace.read("pod.yaml")
    try workspace.hnsctl("matrix").exits(64)
    try workspace.hnsctl("matrix", "-", "-").exits(64)
    try workspace.hnsctl("matrix", "pod.yaml", "--html", "").exits(64)
    try workspace.hnsctl("matrix", "pod.yaml", "--html", "pod.yaml").exits(64)
    try workspace.hnsctl("matrix", "pod.yaml", "--json", "--html", "-").exits(64)
    try workspace.hnsctl("matrix", "pod.yaml", "--fold", "sometimes").exits(64)
    #expect(try workspace.read("pod.yaml") == before)
    let unwritable = try workspace.hnsctl("matrix", "pod.yaml", "--html", "nowhere/page.html").exits(1)
    #expect(unwritable.errors.contains("the file cannot be written"), "\(unwritable.errors)")
    // A page is replaced, and no other file.
    let notes = "<!doctype html>\n<html><title>notes</title></html>\n"
    try workspace.write(notes, to: "notes.html")
    let existing = try workspace.hnsctl("matrix", "pod.yaml", "--html", "notes.html").exits(1)
    #expect(existing.errors.contains("[file-exists]"), "\(existing.errors)")
    #expect(try workspace.read("notes.html") == notes)
    for _ in 0..<2 { try workspace.hnsctl("matrix", "pod.yaml", "--html", "page.html").exits(0) }
    try workspace.hnsctl("matrix", "absent.yaml").exits(1)
    try workspace.hnsctl("matrix", "pod.yaml", "absent.yaml").exits(1)
    try workspace.hnsctl("plan", "pod.yaml", "--out", "pod.plan").exits(0)
    let plan = try workspace.hnsctl("matrix", "pod.plan").exits(1)
    #expect(plan.errors.contains("a saved plan"), "\(plan.errors)")
  }

  // MARK: Many endpoints

  @Test func manyEndpointsFoldIntoFewRows() throws {
    let workspace = try Workspace()
    let containers = (0..<300).map {
      "  - {name: web-\($0), network: podnet, isolation: hyperv, aclSets: [set\($0 % 3)], defaults: {in: block}}"
    }
    let sets = (0..<3).map {
      "  set\($0):\n    - {name: open, direction: in, action: allow, protocols: [tcp], localPorts: [\(80 + $0)]}"
    }
    try workspace.write(
      """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: many
      host: {windows: ltsc2022, addresses: [10.240.0.5], adapters: [Ethernet]}
      aclSets:
      \(sets.joined(separator: "\n"))
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.0.0/16, gateway: 10.244.0.1}]}
      containers:
      \(containers.joined(separator: "\n"))

      """, to: "many.yaml")
    let run = try workspace.hnsctl("matrix", "many.yaml").exits(0)
    #expect(run.output.contains("To web-0 +99\n") && run.output.contains("To web-2 +99\n"))
    // Every name appears once in the lists, with few other lines.
    #expect(run.output.split(separator: "\n").count < 100)
    // If rows differ, a table still shows the most common row once.
    let different = try workspace.read("many.yaml").split(separator: "\n").prefix(while: {
      $0 != "containers:"
    })
    .joined(separator: "\n")
    let own = (0..<40).map {
      """
        - name: web-\($0)
          network: podnet
          isolation: hyperv
          addresses: [10.244.1.\($0 + 10)]
          defaults: {in: block}
          acls: [{name: next, direction: in, action: allow, protocols: [tcp], localPorts: [80], remoteAddresses: [10.244.1.\($0 + 11)]}]
      """
    }
    try workspace.write("\(different)\ncontainers:\n\(own.joined(separator: "\n"))\n", to: "different.yaml")
    let chain = try workspace.hnsctl("matrix", "different.yaml").exits(0).output
    #expect(chain.contains("To web-7\n"))
    let section = chain.components(separatedBy: "\n\n").first { $0.hasPrefix("To web-7\n") } ?? ""
    #expect(section.contains(#/\n  web-8 +allow +block\n/#), "\(section)")
    #expect(section.contains(#/\n  38 other endpoints +block +block\n/#), "\(section)")
    let large = try workspace.hnsctl("matrix", "many.yaml", "--json").exits(1)
    #expect(try large.json()["diagnostics"]?.array?.first?["code"] == "query-too-wide")
    try workspace.hnsctl("matrix", "many.yaml", "--json", "--from", "web-7").exits(0)
  }
}
