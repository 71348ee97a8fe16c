import FilterEngine
import Glibc
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// Programs 5,000 services with 20 backends each on one host, most of them on other hosts, and sends packets to
/// them.
///
/// Memory is the peak of a separate process, minus that of a process with an empty host. The last service is
/// compared with the first: one more must not rebuild the others.
enum ServiceBenchmark {
  /// What a separate process holds.
  enum Contents: String, CaseIterable {
    case nothing
    case services
  }

  private static let services = 5_000
  private static let backends = 20
  private static let packets = 400_000

  static func run(rounds: Int) {
    // First of all: the peak of a process starts from that of the one that started it.
    let figures = Contents.allCases.compactMap { Benchmark.measure(["services", $0.rawValue]) }
    guard figures.count == 2 else { return print("  failed") }
    print("\n\(services) services with \(backends) backends each, best of \(rounds)")
    print(Benchmark.row("step", "ms", "ns each"))
    var best: [(title: String, time: Double, count: Int)] = []
    for _ in 0..<rounds {
      guard let found = measure() else { return print("  failed") }
      best =
        best.isEmpty
        ? found : zip(best, found).map { ($0.title, min($0.time, $1.time), $0.count) }
    }
    for step in best {
      print(
        Benchmark.row(
          step.title, Benchmark.decimal(step.time * 1e3), "\(Int(step.time / Double(step.count) * 1e9))"))
    }
    print("peak memory: \((figures[1].kilobytes - figures[0].kilobytes) / 1_000) MB")
  }

  /// Fills the memory of a separate process.
  static func fill(_ contents: Contents) -> Int32 {
    guard var host = Host() else { return 1 }
    guard contents == .services else { return 0 }
    guard host.addEndpoints(), host.addServices(0..<services) else { return 1 }
    var evaluator = PacketEvaluator(host.service)
    return (try? evaluator.decide(host.query(to: 1))) == nil ? 1 : 0
  }

  private static func measure() -> [(title: String, time: Double, count: Int)]? {
    guard var host = Host(), host.addEndpoints() else { return nil }
    var isDone = true
    var steps: [(title: String, time: Double, count: Int)] = []
    func step(_ title: String, _ count: Int, _ body: () -> Bool) {
      let start = now()
      if !body() { isDone = false }
      steps.append((title, now() - start, count))
    }
    step("the first service", 1) { host.addServices(0..<1) }
    step("the others", services - 1) { host.addServices(1..<services) }
    step("one more", 1) { host.addServices(services..<services + 1) }
    var evaluator = PacketEvaluator(host.service)
    step("an evaluator, first packet", 1) {
      evaluator = PacketEvaluator(host.service)
      return (try? evaluator.decide(host.query(to: 0))) != nil
    }
    step("packets to all services", packets) {
      for index in 0..<packets where (try? evaluator.decide(host.query(to: index % services))) == nil {
        return false
      }
      return true
    }
    step("the rules of a port", services) {
      host.pod.flatMap { host.service.vfpPort(of: $0) }?.rules.count ?? 0 > services
    }
    guard host.addServiceOfPods() else { return nil }
    evaluator = PacketEvaluator(host.service)
    step("packets to pods of this host", packets) {
      for _ in 0..<packets where (try? evaluator.decide(host.query(to: services + 1))) == nil { return false }
      return true
    }
    return isDone ? steps : nil
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A host with an overlay network and one pod.
  private struct Host {
    var service = HostNetworkingService(
      HostConfiguration(addresses: [IPAddress(.ipv4, 0x0af0_0005)], seed: 1))
    var network = GUID.zero
    var pod: GUID?
    private var endpoints: [GUID] = []
    private static let version: JSON = ["Major": 2, "Minor": 0]

    init?() {
      let subnet: JSON = [
        "IpAddressPrefix": "10.244.0.0/16",
        "Policies": [["Type": "VSID", "Settings": ["IsolationId": 4096]]],
        "Routes": [["DestinationPrefix": "0.0.0.0/0", "NextHop": "10.244.0.1"]],
      ]
      guard
        let id = try? service.create(
          .network,
          settings: [
            "Name": "podnet", "Type": "Overlay", "Ipams": [["Subnets": [subnet]]],
            "SchemaVersion": Self.version,
          ])
      else { return nil }
      network = id
      guard let endpoint = addPod("client") else { return nil }
      pod = endpoint
    }

    /// Adds an endpoint with a container; returns its id.
    private mutating func addPod(_ name: String) -> GUID? {
      guard let endpoint = try? service.createEndpoint(EndpointSettings(network: network, name: name)),
        let space = try? service.create(.namespace, settings: [:])
      else { return nil }
      for (type, settings) in [
        ("Endpoint", ["EndpointId": .string(endpoint.lowercase)] as JSON),
        ("Container", ["ContainerId": .string(name)]),
      ] {
        let request: JSON = ["ResourceType": .string(type), "RequestType": "Add", "Settings": settings]
        guard (try? service.modify(.namespace, space, settings: request)) != nil else { return nil }
      }
      return endpoint
    }

    /// Adds the backends: endpoints of other hosts.
    mutating func addEndpoints() -> Bool {
      endpoints.reserveCapacity((services + 1) * backends)
      for index in 0..<(services + 1) * backends {
        let address = IPAddress(.ipv4, UInt128(0x6440_0000 + index))
        let settings: JSON = [
          "Flags": 1, "IpConfigurations": [["IpAddress": .string("\(address)")]],
          "MacAddress": "00-11-22-33-44-55", "SchemaVersion": Self.version,
        ]
        guard let id = try? service.create(.endpoint, network: network, settings: settings) else {
          return false
        }
        endpoints.append(id)
      }
      return true
    }

    /// Adds services with 20 backends each.
    mutating func addServices(_ range: Range<Int>) -> Bool {
      for index in range {
        let members = endpoints[index * backends..<(index + 1) * backends]
        guard addService(index, to: members) else { return false }
      }
      return true
    }

    /// Adds a service with 20 pods of this host.
    mutating func addServiceOfPods() -> Bool {
      let pods = (0..<backends).compactMap { addPod("pod-\($0)") }
      return pods.count == backends && addService(services + 1, to: pods)
    }

    private mutating func addService(_ index: Int, to members: some Sequence<GUID>) -> Bool {
      let settings: JSON = [
        "HostComputeEndpoints": .strings(members.map(\.uppercase)),
        "FrontendVIPs": [.string("\(Self.address(index))")],
        "PortMappings": [["Protocol": 6, "InternalPort": 8080, "ExternalPort": 80]], "Flags": 1,
        "SchemaVersion": Self.version,
      ]
      return (try? service.create(.loadBalancer, settings: settings)) != nil
    }

    static func address(_ index: Int) -> IPAddress { IPAddress(.ipv4, UInt128(0x0a60_0001 + index)) }

    /// A packet of the pod to a service.
    func query(to index: Int) -> PacketQuery {
      PacketQuery(from: .endpoint(0), to: .address(Self.address(index)), protocol: .tcp, port: 80)
    }
  }
}
