import Glibc
import HNSEmulator
import HNSService
import HNSStore
import HostModel
import JSONText
import NetworkTypes

/// Measures a call that is on disk before its response, against the same call in memory, on hosts with few
/// objects and with many.
///
/// A cycle creates an endpoint and deletes it: two acknowledged calls. The time includes saving the state
/// when the journal is merged into it.
enum JournalBenchmark {
  private static let network = GUID(1)

  static func run(rounds: Int) {
    print("\nMicroseconds per call, in memory and with a state, median of \(rounds)")
    print(Benchmark.row("endpoints", "calls", "memory", "state", "longest ms"))
    for objects in [1_000, 10_000, 100_000] {
      // Enough calls for the journal to be merged into the state several times.
      let calls = max(100_000, objects * 10)
      var memory: [Double] = []
      var stored: [Double] = []
      var longest: [Double] = []
      for _ in 0..<rounds {
        memory.append(measure(SharedService(host(objects)), calls).microseconds)
        guard let figure = onDisk(objects, calls) else { return print("cannot write the state") }
        stored.append(figure.microseconds)
        longest.append(figure.longest)
      }
      func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
      print(
        Benchmark.row(
          "\(objects)", "\(calls)", Benchmark.decimal(median(memory)), Benchmark.decimal(median(stored)),
          Benchmark.decimal(median(longest))))
    }
  }

  private static func onDisk(_ objects: Int, _ calls: Int) -> (microseconds: Double, longest: Double)? {
    let folder = Benchmark.temporaryFolder()
    defer {
      for name in ["host.json", "host.json.lock", "host.json.journal"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    let file = StateFile(path: "\(folder)/host.json")
    guard (try? file.save(HostState(service: host(objects)))) != nil,
      let shared = try? SharedService(opening: file, configuration: HostConfiguration(), since: "now")
    else { return nil }
    return measure(shared, calls)
  }

  /// The average time of a call, and the longest.
  private static func measure(
    _ shared: SharedService, _ calls: Int
  ) -> (microseconds: Double, longest: Double) {
    let clock = ContinuousClock()
    var longest = Duration.zero
    let start = clock.now
    var last = start
    for number in 0..<calls / 2 {
      let id = GUID(UInt128(1 << 40 + number))
      let settings: JSON = ["Name": "cycle", "SchemaVersion": ["Major": 2, "Minor": 0]]
      let created = shared.perform(.create(.endpoint, id: id, network: network, settings: settings))
      let deleted = shared.perform(.delete(.endpoint, id))
      precondition(created.error == nil && deleted.error == nil)
      let now = clock.now
      longest = max(longest, now - last)
      last = now
    }
    return ((last - start) / .microseconds(1) / Double(calls), longest / .milliseconds(1))
  }

  /// A host with a number of endpoints.
  private static func host(_ objects: Int) -> HostNetworkingService {
    var service = HostNetworkingService(HostConfiguration())
    let subnet: JSON = ["IpAddressPrefix": "10.0.0.0/8"]
    // The default pool of a network has 4,096 addresses.
    let macs: JSON = ["StartMacAddress": "00-15-5D-00-00-00", "EndMacAddress": "00-15-5D-FF-FF-FF"]
    let document: JSON = [
      "Name": "pods", "Type": "NAT", "MacPool": ["Ranges": [macs]], "Ipams": [["Subnets": [subnet]]],
    ]
    _ = service.perform(.create(.network, id: network, network: nil, settings: document))
    for number in 1...objects {
      let settings: JSON = ["Name": .string("pod-\(number)"), "SchemaVersion": ["Major": 2, "Minor": 0]]
      let id = GUID(UInt128(1 << 32 + number))
      precondition(
        service.perform(.create(.endpoint, id: id, network: network, settings: settings)).error == nil)
    }
    return service
  }
}
