import Foundation
import JSONText
import Testing

/// What different commands say about packets to services.
@Suite struct ServiceAgreementTests {
  /// A matrix has the verdict of a trace for every sender and every port of a service, on random hosts.
  @Test(arguments: 1...6) func aCellOfTheMatrixIsWhatATraceSays(_ seed: UInt64) throws {
    var profile = RandomShop(seed: seed)
    let workspace = try ServiceTraceTests.workspace(profile.text())
    let matrix = try workspace.hnsctl("matrix", "shop.yaml", "--json").exits(0).json()
    var packets: [String] = []
    var expected: [String] = []
    for cell in matrix["cells"]?.array ?? [] {
      guard let from = cell["from"]?.string, from != "outside", let to = cell["to"]?.string,
        to.hasPrefix("svc:"), let service = cell["service"]?.string, !service.hasSuffix(" other"),
        service.contains("/"), let verdict = cell["verdict"]?.string, verdict != "none", verdict != "some"
      else { continue }
      let parts = service.split(separator: "/")
      let port = parts[1].split(whereSeparator: { "-,".contains($0) })[0]
      packets.append(
        "{\"from\": \"\(from)\", \"to\": \"\(to)\", \"protocol\": \"\(parts[0])\", \"port\": \(port)}\n")
      expected.append("\(verdict) \(cell["rule"]?.string ?? "none")")
    }
    #expect(packets.count > 20, "seed \(seed)")
    try workspace.write(packets.joined(), to: "packets.jsonl")
    let run = try workspace.hnsctl("trace", "shop.yaml", "--packets", "packets.jsonl").exits(0)
    let answers = try run.output.split(separator: "\n").map { line in
      let json = try JSON(parsing: String(line))
      return "\(json["verdict"]?.string ?? "error") \(json["rule"]?.string ?? "none")"
    }
    for (index, pair) in zip(answers, expected).enumerated() where pair.0 != pair.1 {
      Issue.record("seed \(seed): trace \(pair.0), matrix \(pair.1): \(packets[index])")
    }
    #expect(answers.count == expected.count)
  }

  /// The example of every change has the verdicts that the difference says it has, on both hosts.
  @Test(arguments: 1...6) func anExampleOfADifferenceTracesAsClaimed(_ seed: UInt64) throws {
    var profile = RandomShop(seed: seed)
    let workspace = try ServiceTraceTests.workspace(profile.text())
    profile.changeServices()
    try workspace.write(profile.text(), to: "other.yaml")
    let run = try workspace.hnsctl("diff", "shop.yaml", "other.yaml", "--semantic", "--json")
    let effect = try run.json()["effect"]?.array ?? []
    #expect(run.status == (effect.isEmpty ? 0 : 2))
    try workspace.write(
      effect.compactMap { $0["witness"].map { $0.text() + "\n" } }.joined(), to: "packets.jsonl")
    guard !effect.isEmpty else { return }
    for (source, side) in [("shop.yaml", "before"), ("other.yaml", "after")] {
      let answers = try workspace.hnsctl("trace", source, "--packets", "packets.jsonl").exits(0).output
        .split(separator: "\n").map { try JSON(parsing: String($0))["verdict"]?.string }
      #expect(answers == effect.map { $0["verdicts"]?[side]?.string }, "seed \(seed), \(source)")
    }
  }

  @Test func aBackendThatRefusesMakesAServiceMixed() throws {
    let workspace = try ServiceTraceTests.workspace()
    let open = ServiceTraceTests.profile.replacing("action: block", with: "action: allow")
    try workspace.write(open, to: "open.yaml")
    let run = try workspace.hnsctl("diff", "open.yaml", "shop.yaml", "--semantic").exits(2)
    #expect(run.output.contains("newly blocked"))
    // Another service with the same backends: what changes is who can be reached through it.
    let without = ServiceTraceTests.profile.replacing(
      "backends: [web, api, {address", with: "backends: [web, {address")
    try workspace.write(without, to: "web.yaml")
    let mixed = try workspace.hnsctl("diff", "web.yaml", "shop.yaml", "--semantic").exits(2)
    #expect(
      mixed.output.contains("client, outbound\n  newly mixed  tcp 80 to 10.96.7.7\n"), "\(mixed.output)")
    try workspace.hnsctl("apply", "web.yaml", "--state", "host.json").exits(0)
    let text = try workspace.hnsctl("plan", "shop.yaml", "--state", "host.json").exits(0).output
    #expect(
      text.contains("effect on client, outbound, newly mixed: tcp 80 to 10.96.7.7"), "\(text)")
    let plan = try workspace.hnsctl("plan", "shop.yaml", "--state", "host.json", "--json").exits(0).json()
    #expect(
      plan["effect"]?.array?.contains { $0["verdicts"]?["after"]?.string == "mixed" } == true,
      "\(plan["effect"]?.text() ?? "")")
  }

  @Test func aMatrixHasServicesAsReceiversOnly() throws {
    let workspace = try ServiceTraceTests.workspace()
    let json = try workspace.hnsctl("matrix", "shop.yaml", "--json").exits(0).json()
    let services = (json["parties"]?.array ?? []).filter { $0["kind"]?.string == "service" }
    #expect(services.map { $0["name"]?.string } == ["svc:front", "svc:dns", "svc:front external"])
    #expect(services.allSatisfy { $0["sends"] == false && $0["receives"] == true })
    let text = try workspace.hnsctl("matrix", "shop.yaml", "--to", "svc:front", "--service", "tcp/80").exits(
      0)
    #expect(text.output.contains("To svc:front\n"))
    #expect(text.output.contains("  client   mixed\n"), "\(text.output)")
    let page = try workspace.hnsctl("matrix", "shop.yaml", "--html", "-").exits(0)
    #expect(page.output.contains("svc:front") && page.output.contains("10.96.7.7, a service"))
    let sender = try workspace.hnsctl("matrix", "shop.yaml", "--from", "svc:front").exits(1)
    #expect(sender.errors.contains("--from: 'svc:front' is a service"))
  }

  @Test func aServerThatIsAServiceIsFollowedToItsBackends() throws {
    let blocked = ServiceTraceTests.profile
      .replacing("subnets: [{", with: "dns: {servers: [10.96.0.10]}, subnets: [{")
      .replacing(
        "- {name: web, network: podnet,",
        with:
          "- {name: web, acls: [{name: no-dns, direction: in, action: block, protocols: [tcp, udp], localPorts: [53]}], network: podnet,"
      )
    let workspace = try ServiceTraceTests.workspace(blocked)
    let json = try workspace.hnsctl("lint", "shop.yaml", "--json").exits(2).json()
    let found = (json["findings"]?.array ?? []).filter { $0["code"]?.string == "dns-blocked" }
    #expect(found.contains { $0["message"]?.string?.contains("10.96.0.10 over udp and tcp") == true })
    let open = try ServiceTraceTests.workspace(
      ServiceTraceTests.profile.replacing("subnets: [{", with: "dns: {servers: [10.96.0.10]}, subnets: [{"))
    let clean = try open.hnsctl("lint", "shop.yaml", "--json").json()
    #expect(!(clean["findings"]?.array ?? []).contains { $0["code"]?.string == "dns-blocked" })
  }
}

/// A random profile with pods, rules and services.
struct RandomShop {
  private struct Service {
    var port: Int
    var target: Int
    var `protocol`: String
    var backends: [Int]
    var isDSR: Bool
  }

  private var state: UInt64
  private var rules: [[String]] = []
  private var services: [Service] = []
  private let pods = 5

  init(seed: UInt64) {
    state = seed &* 0x9e37_79b9_7f4a_7c15
    for _ in 0..<pods {
      rules.append((0..<Int(next(3))).map { rule($0) })
    }
    for _ in 0..<3 { services.append(service()) }
  }

  private mutating func next(_ bound: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % bound
  }

  private mutating func rule(_ number: Int) -> String {
    let isInbound = next(2) == 0
    let action = next(3) == 0 ? "allow" : "block"
    let ports = ["8080", "8081", "80", "53", "8000-8100"][Int(next(5))]
    var text =
      "{name: r\(number), direction: \(isInbound ? "in" : "out"), action: \(action), protocols: [tcp, udp]"
    if next(2) == 0 { text += ", \(isInbound ? "localPorts" : "remotePorts"): [\(ports)]" }
    let address = ["10.244.7.1\(next(5))", "10.96.0.0/16", "10.240.0.5", "10.244.7.0/24"][Int(next(4))]
    if next(3) > 0 { text += ", remoteAddresses: [\(address)]" }
    return text + "}"
  }

  private mutating func service() -> Service {
    let backends = (0..<pods).filter { _ in next(2) == 0 }
    return Service(
      port: [80, 81, 53][Int(next(3))], target: [8080, 8081, 53][Int(next(3))],
      protocol: next(3) == 0 ? "udp" : "tcp", backends: backends.isEmpty ? [0] : backends,
      isDSR: next(2) == 0)
  }

  /// Changes the backends, the ports or the kind of every service.
  mutating func changeServices() {
    for index in services.indices {
      let other = service()
      switch next(3) {
      case 0: services[index].backends = other.backends
      case 1: services[index].target = other.target
      default: services[index].isDSR.toggle()
      }
    }
  }

  mutating func text() -> String {
    var text = """
      apiVersion: hnsctl/v1
      kind: HostProfile
      name: shop
      host: {windows: ltsc2022, addresses: [10.240.0.5]}
      networks:
        - {name: podnet, driver: l2bridge, adapter: Ethernet, subnets: [{prefix: 10.244.7.0/24, gateway: 10.244.7.1}]}
      pods:

      """
    for index in 0..<pods {
      let acls = rules[index].isEmpty ? "" : ", acls: [\(rules[index].joined(separator: ", "))]"
      text +=
        "  - {name: p\(index), network: podnet, addresses: [10.244.7.1\(index)]\(acls), containers: [{name: app}]}\n"
    }
    text += "services:\n"
    for (index, service) in services.enumerated() {
      let backends = service.backends.map { "p\($0)" }.joined(separator: ", ")
      text +=
        "  - {name: s\(index), address: 10.96.0.\(index + 1), dsr: \(service.isDSR), backends: [\(backends)], "
        + "ports: [{port: \(service.port), targetPort: \(service.target), protocol: \(service.protocol)}]}\n"
    }
    return text
  }
}
