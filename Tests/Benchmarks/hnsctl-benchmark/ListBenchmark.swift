import Glibc
import HNSEmulator
import HNSServer
import HNSService
import HostModel
import NIOCore
import NIOPosix
import Synchronization

/// The time that small calls take while other clients list 4,000 endpoints again and again.
///
/// The yardstick is a server that answers small calls with two bytes and lists with as many bytes as the
/// service, from memory: it shows what the machine itself costs with so many clients.
enum ListBenchmark {
  /// The work of a process, which has the server and its clients.
  enum Step: String, CaseIterable {
    case constant = "constant responses"
    case alone = "nobody lists"
    case lists = "listers of HNSCall"
    case enumerations = "listers of HCN"
    case slow = "slow listers"
  }

  private static let listers = 16
  private static let endpoints = 4_000
  private static let milliseconds = 5_000
  private static let calls = ["health", "query", "create", "list"]

  static func run(rounds: Int) {
    print("\n\(listers) clients list \(endpoints) endpoints; small calls in ms, median of \(rounds)")
    let titles = calls.flatMap { ["\($0) 50%", "99%"] }
    print(Benchmark.row(["step"] + titles + ["worst 99%", "ratio", "lists/s", "peak MB"]))
    var yardstick = 0.0
    for step in Step.allCases {
      let runs = (0..<rounds).compactMap { _ in ServeBenchmark.output(of: ["lists", step.rawValue]) }
      guard runs.count == rounds, let width = runs.first?.count, width == 2 * calls.count + 2 else {
        return print("a step failed")
      }
      let medians = (0..<width).map { column in runs.map { $0[column] }.sorted()[rounds / 2] }
      let worst = (0..<calls.count).map { medians[2 * $0 + 1] }.max() ?? 0
      if step == .constant { yardstick = worst }
      print(
        Benchmark.row(
          [step.rawValue] + medians.prefix(2 * calls.count).map(Benchmark.decimal)
            + [worst, worst / yardstick, medians[width - 2], medians[width - 1]].map(Benchmark.decimal)))
    }
  }

  /// Runs one step and prints its figures.
  static func run(_ step: Step) -> Int32 {
    guard let port = step == .constant ? constantServer() : host() else { return 1 }
    let isOver = Atomic<Bool>(false)
    let lists = Atomic<Int>(0)
    let times = Mutex<[[Double]]>(Array(repeating: [], count: calls.count))
    let clients = step == .alone ? 0 : listers
    let succeeded = ServeBenchmark.inParallel(threads: clients + calls.count) { index in
      let client = try BareClient(port: port)
      guard index >= calls.count else {
        let deadline = ContinuousClock.now + .milliseconds(milliseconds)
        while ContinuousClock.now < deadline {
          let elapsed = try measure(index, client)
          times.withLock { $0[index].append(elapsed) }
          usleep(1_000)
        }
        return isOver.store(true, ordering: .relaxed)
      }
      while !isOver.load(ordering: .relaxed) {
        let isHCN = step == .enumerations
        client.pause = step == .slow ? 20_000 : 0
        _ = try client.request(
          isHCN ? "POST" : "GET", isHCN ? "/hcn/HcnEnumerateEndpoints" : "/endpoints/")
        lists.wrappingAdd(1, ordering: .relaxed)
      }
    }
    guard succeeded else { return 1 }
    for sample in times.withLock({ $0 }).map({ $0.sorted() }) {
      print(sample[sample.count / 2])
      print(sample[sample.count * 99 / 100])
    }
    print(Double(lists.load(ordering: .relaxed)) * 1_000 / Double(milliseconds))
    print(ServeBenchmark.megabytes("VmHWM"))
    return 0
  }

  /// The time of one small call in milliseconds.
  private static func measure(_ index: Int, _ client: BareClient) throws -> Double {
    let start = ContinuousClock.now
    switch calls[index] {
    case "health": _ = try client.request("GET", "/health")
    case "query": try client.call("/hcn/HcnQueryEndpointProperties?id=\(ServeBenchmark.identifier(0, 7))", "")
    case "list": _ = try client.request("GET", "/networks")
    default:
      let id = ServeBenchmark.identifier(99, 0)
      try client.call(
        "/hcn/HcnCreateEndpoint?network=\(ServeBenchmark.network)&id=\(id)",
        #"{"Name":"another","SchemaVersion":{"Major":2,"Minor":0}}"#)
    }
    let elapsed = ContinuousClock.now - start
    if calls[index] == "create" {
      try client.call("/hcn/HcnDeleteEndpoint?id=\(ServeBenchmark.identifier(99, 0))", "")
    }
    return Double(elapsed.components.attoseconds) / 1e15 + Double(elapsed.components.seconds) * 1e3
  }

  /// A server for a host with the endpoints; it runs as long as the process.
  private static func host() -> UInt16? {
    guard let port = ServeBenchmark.runningServer() else { return nil }
    let isFilled = ServeBenchmark.inParallel { index in
      try ServeBenchmark.create(index, port, endpoints / ServeBenchmark.connections)
    }
    return isFilled ? port : nil
  }

  /// A server that sends lists of the same size.
  private static func constantServer() -> UInt16? {
    guard let port = host(),
      let size = try? BareClient(port: port).request("GET", "/endpoints/")
    else { return nil }
    return try? ConstantServer(long: size).port
  }
}
