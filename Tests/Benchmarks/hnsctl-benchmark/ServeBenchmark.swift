import Glibc
import HNSEmulator
import HNSServer
import HNSService
import HNSStore
import HostModel
import JSONText
import NIOCore
import NIOPosix
import Synchronization

/// Calls over HTTP on loopback, against the same client with a server that answers each request with the same
/// bytes; and the memory of the service.
///
/// Every step runs the server and its clients in its own process; the memory is that of the process.
/// A cycle is three calls: create an endpoint, query it, delete it.
enum ServeBenchmark {
  /// The work of a process.
  enum Step: String {
    case constant = "a constant response"
    case calls = "create, query, delete"
    case storedCalls = "the same with a state"
    case endpoints = "100,000 endpoints"
    case fewCycles = "after 20,000 cycles"
    case manyCycles = "after 200,000 cycles"
  }

  static let connections = 8
  private static let cycles = 10_000

  static func run(rounds: Int) {
    print("\n\(connections) connections, \(3 * cycles) calls, median of \(rounds)")
    print(Benchmark.row("step", "seconds", "calls/s", "ratio"))
    var yardstick = 0.0
    for step in [Step.constant, .calls, .storedCalls] {
      let times = (0..<rounds).compactMap { _ in elapsed(step) }.sorted()
      guard times.count == rounds else { return print("a step failed") }
      let seconds = times[rounds / 2]
      if step == .constant { yardstick = seconds }
      print(
        Benchmark.row(
          step.rawValue, Benchmark.decimal(seconds), "\(Int(Double(3 * cycles) / seconds))",
          Benchmark.decimal(seconds / yardstick)))
    }
    print("\nmemory")
    print(Benchmark.row("step", "used MB", "peak MB"))
    for step in [Step.endpoints, .fewCycles, .manyCycles] {
      guard let lines = output(of: step), lines.count == 2 else { return print("a step failed") }
      print(Benchmark.row(step.rawValue, Benchmark.decimal(lines[0]), Benchmark.decimal(lines[1])))
    }
  }

  /// The seconds measured by the step itself, without process startup.
  private static func elapsed(_ step: Step) -> Double? { output(of: step)?.first }

  private static func output(of step: Step) -> [Double]? { output(of: ["serve", step.rawValue]) }

  /// The numbers that this program prints when it is started with some arguments.
  static func output(of words: [String]) -> [Double]? {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    defer { posix_spawn_file_actions_destroy(&actions) }
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = ([CommandLine.arguments[0]] + words).map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    let status = posix_spawn(&process, "/proc/self/exe", &actions, nil, &arguments, environ)
    close(ends[1])
    defer { close(ends[0]) }
    guard status == 0 else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1_024)
    while case let count = read(ends[0], &buffer, buffer.count), count > 0 { bytes += buffer[0..<count] }
    var result: Int32 = 0
    guard waitpid(process, &result, 0) == process, result == 0 else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Double($0) }
  }

  // MARK: Steps

  /// Runs one step.
  static func run(_ step: Step) -> Int32 {
    switch step {
    case .constant:
      guard let server = try? ConstantServer() else { return 1 }
      return measure { try work($0, server.port, cycles / connections) }
    case .calls:
      guard let port = runningServer() else { return 1 }
      return measure { try work($0, port, cycles / connections) }
    case .storedCalls: return measureStored()
    case .endpoints: return weigh { try create($0, $1, 100_000 / connections) }
    case .fewCycles: return weigh { try work($0, $1, 20_000 / connections) }
    case .manyCycles: return weigh { try work($0, $1, 200_000 / connections) }
    }
  }

  /// Measures a service that keeps a state file and a journal.
  private static func measureStored() -> Int32 {
    let folder = Benchmark.temporaryFolder()
    defer {
      for name in ["host.json", "host.json.lock", "host.json.journal"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    let file = StateFile(path: "\(folder)/host.json")
    guard
      let service = try? SharedService(
        opening: file, configuration: HostConfiguration(adapters: ["Ethernet"]), since: "now"),
      let port = runningServer(service)
    else { return 1 }
    return measure { try work($0, port, cycles / connections) }
  }

  private static func measure(_ work: @escaping @Sendable (Int) throws -> Void) -> Int32 {
    let start = ContinuousClock.now
    guard inParallel(work) else { return 1 }
    let elapsed = ContinuousClock.now - start
    print(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
    return 0
  }

  private static func weigh(_ work: @escaping @Sendable (Int, UInt16) throws -> Void) -> Int32 {
    guard let port = runningServer(), inParallel({ try work($0, port) }) else { return 1 }
    print(megabytes("VmRSS"))
    print(megabytes("VmHWM"))
    return 0
  }

  static let network = "AAAAAAAA-0000-0000-0000-000000000001"

  /// Starts a server for a host with one network; it runs as long as the process.
  static func runningServer(
    _ service: SharedService = SharedService(
      HostNetworkingService(HostConfiguration(adapters: ["Ethernet"])))
  ) -> UInt16? {
    guard let latency = try? LatencyPlan(), let faults = try? FaultPlan(),
      let server = try? HTTPServer(
        ServerConfiguration(port: 0, version: "0"), service: service,
        faultInjection: FaultInjection(latency: latency, faults: faults)),
      let client = try? BareClient(port: server.port)
    else { return nil }
    _ = Unmanaged.passRetained(server)
    let document =
      #"{"Name":"podnet","Type":"L2Bridge","SchemaVersion":{"Major":2,"Minor":0},"MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-00-00-00","EndMacAddress":"00-15-5D-FF-FF-FF"}]},"Ipams":[{"Subnets":[{"IpAddressPrefix":"10.0.0.0/8","Routes":[{"NextHop":"10.0.0.1","DestinationPrefix":"0.0.0.0/0"}]}]}]}"#
    guard (try? client.call("/hcn/HcnCreateNetwork?id=\(network)", document)) != nil else { return nil }
    return server.port
  }

  /// Runs a body on one thread per connection, and returns whether all succeeded.
  static func inParallel(
    threads: Int = connections, _ body: @escaping @Sendable (Int) throws -> Void
  ) -> Bool {
    let failures = Atomic<Int>(0)
    let pool = NIOThreadPool(numberOfThreads: threads)
    pool.start()
    defer { try? pool.syncShutdownGracefully() }
    let group = MultiThreadedEventLoopGroup.singleton.next()
    let futures = (0..<threads).map { index in
      pool.runIfActive(eventLoop: group) { try body(index) }
    }
    for future in futures {
      do { try future.wait() } catch { failures.wrappingAdd(1, ordering: .relaxed) }
    }
    return failures.load(ordering: .relaxed) == 0
  }

  private static func work(_ index: Int, _ port: UInt16, _ count: Int) throws {
    let client = try BareClient(port: port)
    for number in 0..<count {
      let id = identifier(index, number)
      let name = #"{"Name":"endpoint-\#(index)-\#(number)","SchemaVersion":{"Major":2,"Minor":0}}"#
      try client.call("/hcn/HcnCreateEndpoint?network=\(network)&id=\(id)", name)
      try client.call("/hcn/HcnQueryEndpointProperties?id=\(id)", #"{"SchemaVersion":{"Major":2,"Minor":0}}"#)
      try client.call("/hcn/HcnDeleteEndpoint?id=\(id)", "")
    }
  }

  static func create(_ index: Int, _ port: UInt16, _ count: Int) throws {
    let client = try BareClient(port: port)
    for number in 0..<count {
      let name = #"{"Name":"endpoint-\#(index)-\#(number)","SchemaVersion":{"Major":2,"Minor":0}}"#
      try client.call("/hcn/HcnCreateEndpoint?network=\(network)&id=\(identifier(index, number))", name)
    }
  }

  static func identifier(_ index: Int, _ number: Int) -> String {
    let digits = String(index << 32 | number, radix: 16)
    return "bbbbbbbb-0000-0000-0000-" + String(repeating: "0", count: 12 - digits.count) + digits
  }

  /// A memory figure of this process.
  static func megabytes(_ name: String) -> Double {
    guard let file = fopen("/proc/self/status", "r") else { return 0 }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 4_096)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard line.hasPrefix(name + ":") else { continue }
      return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
        .map { $0 / 1e3 } ?? 0
    }
    return 0
  }
}
