import Glibc
import HNSEmulator
import HostModel
import JSONText
import NetworkTypes

/// Creates, looks up and deletes endpoints on a host with 10,000, and sets 1,000 ACLs on an endpoint.
///
/// The baseline for a cycle is its minimum work: add a record with an id, a name and two addresses to a table
/// by id, add both addresses to their own tables, find the record, and remove all three. It checks and
/// generates nothing. Memory is the peak of a separate process, minus that of a process without endpoints.
enum EmulatorBenchmark {
  /// What a separate process fills.
  enum Contents: String, CaseIterable {
    case nothing
    case tables
    case endpoints
  }

  private static let held = 10_000
  private static let kept = 100_000

  static func run(rounds: Int) {
    print("\ncycles of create, get and delete with \(held) other endpoints, best of \(rounds)")
    print(Benchmark.row("interface, network", "per second", "ns", "ratio"))
    let bare = best(of: rounds, 400_000) { bareCycles($0) }
    line("bare tables", bare, beside: bare)
    for type in ["NAT", "L2Bridge"] {
      line("typed, \(type)", best(of: rounds, 400_000) { typedCycles($0, type) }, beside: bare)
      line("documents, \(type)", best(of: rounds, 50_000) { documentCycles($0, type) }, beside: bare)
      line("text, \(type)", best(of: rounds, 20_000) { textCycles($0, type) }, beside: bare)
    }
    acls(rounds)
    memory()
  }

  /// Fills the memory of a separate process.
  static func fill(_ contents: Contents) -> Int32 {
    switch contents {
    case .nothing:
      guard case (let service, _)? = host("Overlay", endpoints: 0) else { return 1 }
      return service.configuration.seed == 0 ? 1 : 0
    case .tables:
      var tables = Tables()
      for index in 0..<kept { tables.insert(Tables.record(UInt64(index))) }
      return tables.count == kept ? 0 : 1
    case .endpoints:
      guard case (let service, let network)? = host("Overlay", endpoints: kept),
        let ids = try? service.enumerate(.endpoint), ids.count == kept
      else { return 1 }
      return network.isZero ? 1 : 0
    }
  }

  // MARK: Cycles

  private static func bareCycles(_ count: Int) -> Double? {
    var tables = Tables()
    for index in 0..<held { tables.insert(Tables.record(UInt64(index))) }
    var found = 0
    let time = seconds {
      for index in held..<held + count {
        let record = Tables.record(UInt64(index))
        tables.insert(record)
        if tables[record.id] != nil { found += 1 }
        tables.remove(record.id)
      }
    }
    return found == count && tables.count == held ? time : nil
  }

  private static func typedCycles(_ count: Int, _ type: String) -> Double? {
    guard case (var service, let network)? = host(type, endpoints: held) else { return nil }
    let settings = EndpointSettings(network: network, name: "web")
    var found = 0
    let time = seconds {
      for _ in 0..<count {
        guard let id = try? service.createEndpoint(settings), let endpoint = try? service.endpoint(id),
          (try? service.delete(.endpoint, id)) != nil
        else { return }
        if endpoint.addresses.count == 1, endpoint.state == .created { found += 1 }
      }
    }
    return found == count ? time : nil
  }

  private static func documentCycles(_ count: Int, _ type: String) -> Double? {
    guard case (var service, let network)? = host(type, endpoints: held) else { return nil }
    let settings: JSON = ["Name": "web", "SchemaVersion": ["Major": 2, "Minor": 0]]
    let query: JSON = ["SchemaVersion": ["Major": 2, "Minor": 0]]
    var found = 0
    let time = seconds {
      for _ in 0..<count {
        let made = service.perform(.create(.endpoint, id: .zero, network: network, settings: settings))
        guard let id = made.object else { return }
        if service.perform(.query(.endpoint, id, query: query)).result != nil { found += 1 }
        guard service.perform(.delete(.endpoint, id)).error == nil else { return }
      }
    }
    return found == count ? time : nil
  }

  private static func textCycles(_ count: Int, _ type: String) -> Double? {
    guard case (var service, let network)? = host(type, endpoints: held) else { return nil }
    let settings = #"{"Name":"web","SchemaVersion":{"Major":2,"Minor":0}}"#
    let query = #"{"SchemaVersion":{"Major":2,"Minor":0}}"#
    var written = 0
    let time = seconds {
      for _ in 0..<count {
        guard let document = try? JSON(parsing: settings), let asked = try? JSON(parsing: query) else {
          return
        }
        let made = service.perform(.create(.endpoint, id: .zero, network: network, settings: document))
        guard let id = made.object,
          let answer = service.perform(.query(.endpoint, id, query: asked)).result
        else { return }
        written += answer.text().utf8.count
        guard service.perform(.delete(.endpoint, id)).error == nil else { return }
      }
    }
    return written > count * 100 ? time : nil
  }

  // MARK: ACLs

  private static func acls(_ rounds: Int) {
    guard case (var service, let network)? = host("L2Bridge", endpoints: 0),
      let id = try? service.createEndpoint(EndpointSettings(network: network, name: "web"))
    else { return print("no endpoint could be created") }
    let lists = (0..<2).map { round in
      (0..<1_000).map { index in
        let remote = IPAddress(.ipv4, UInt128(0x0a00_0000 + index << 8 + round))
        return PortACL(
          id: "rule-\(index)",
          match: RuleMatch(
            protocols: ProtocolSet([.tcp]), remoteAddresses: AddressSet([AddressRange(remote)]),
            localPorts: PortSet([PortRange(UInt16(1_000 + index))])),
          priority: UInt16(100 + index), action: .allow, direction: .in, ruleType: .switch)
      }
    }
    let documents = lists.map { list -> JSON in
      [
        "ResourceType": "Policy", "RequestType": "Update",
        "Settings": ["Policies": .array(list.map { ["Type": "ACL", "Settings": $0.settings] })],
      ]
    }
    let times = 100
    var (setting, copying, reading, documented) = (
      Double.infinity, Double.infinity, Double.infinity, Double.infinity
    )
    for _ in 0..<rounds {
      var copies: [[PortACL]] = [[], []]
      copying = min(
        copying,
        seconds {
          for turn in 0..<times { copies[turn % 2] = lists[turn % 2].map { $0 } }
        })
      var isRefused = copies[0].count != 1_000
      setting = min(
        setting,
        seconds {
          for turn in 0..<times where (try? service.setACLs(lists[turn % 2], ofEndpoint: id)) == nil {
            isRefused = true
          }
        })
      reading = min(
        reading,
        seconds {
          for _ in 0..<times where (try? service.acls(ofEndpoint: id))?.count != 1_000 { isRefused = true }
        })
      documented = min(
        documented,
        seconds {
          for turn in 0..<times
          where (try? service.modify(.endpoint, id, settings: documents[turn % 2])) == nil {
            isRefused = true
          }
        })
      if isRefused { return print("the ACLs were refused") }
    }
    print("\n1,000 ACLs of an endpoint, best of \(rounds)")
    print(Benchmark.row("", "µs", "ratio"))
    for (title, time) in [
      ("bare copy of the list", copying), ("set, typed", setting), ("read, typed", reading),
      ("set, documents", documented),
    ] {
      let microseconds = time / Double(times) * 1e6
      print(Benchmark.row(title, Benchmark.decimal(microseconds), Benchmark.decimal(time / copying)))
    }
  }

  // MARK: Memory

  private static func memory() {
    let peaks = Contents.allCases.map { Benchmark.measure(["emulator", $0.rawValue])?.kilobytes }
    guard let nothing = peaks[0], let tables = peaks[1], let endpoints = peaks[2] else {
      return print("the memory measurement failed")
    }
    print("\n\(kept) endpoints")
    print(Benchmark.row("", "bytes each", "peak MB", "ratio"))
    for (title, peak) in [("bare tables", tables), ("the service", endpoints)] {
      let bytes = Double(peak - nothing) * 1024 / Double(kept)
      print(
        Benchmark.row(
          title, Benchmark.decimal(bytes), Benchmark.decimal(Double(peak) / 1e3),
          Benchmark.decimal(Double(peak - nothing) / Double(max(1, tables - nothing)))))
    }
  }

  // MARK: Parts

  /// A host with one network and endpoints on it.
  private static func host(
    _ type: String, endpoints: Int
  ) -> (service: HostNetworkingService, network: GUID)? {
    var service = HostNetworkingService(
      HostConfiguration(addresses: ["192.0.2.5"].compactMap { IPAddress($0) }, seed: 7))
    let network = """
      {"Name":"net","Type":"\(type)",
       "MacPool":{"Ranges":[{"StartMacAddress":"00-15-5D-00-00-00","EndMacAddress":"00-15-5D-FF-FF-FF"}]},
       "Policies":[{"Type":"NetAdapterName","Settings":{"NetworkAdapterName":"Ethernet"}}],
       "Ipams":[{"Type":"Static","Subnets":[{"IpAddressPrefix":"10.0.0.0/8",
        "Policies":\(type == "Overlay" ? #"[{"Type":"VSID","Settings":{"IsolationId":4096}}]"# : "[]"),
        "Routes":[{"NextHop":"10.0.0.1","DestinationPrefix":"0.0.0.0/0"}]}]}],
       "SchemaVersion":{"Major":2,"Minor":0}}
      """
    guard let document = try? JSON(parsing: network),
      let id = try? service.create(.network, settings: document)
    else { return nil }
    for index in 0..<endpoints {
      let settings = EndpointSettings(network: id, name: "endpoint-of-a-workload-\(index)")
      guard (try? service.createEndpoint(settings)) != nil else { return nil }
    }
    return (service, id)
  }

  private static func line(_ title: String, _ time: Double, beside bare: Double) {
    print(
      Benchmark.row(
        title, "\(Int(1 / time))", "\(Int(time * 1e9))", Benchmark.decimal(time / bare)))
  }

  /// The minimum time of one cycle; infinite if a run failed.
  private static func best(of rounds: Int, _ count: Int, _ run: (Int) -> Double?) -> Double {
    (0..<rounds).reduce(Double.infinity) { best, _ in min(best, run(count) ?? .infinity) } / Double(count)
  }

  private static func seconds(_ body: () -> Void) -> Double {
    let start = now()
    body()
    return now() - start
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// The tables that any service of this kind needs.
private struct Tables {
  struct Record {
    var id: GUID
    var name: String
    var network: GUID
    var address: IPAddress
    var mac: MACAddress
  }

  private var records: [GUID: Record] = [:]
  private var addresses: [IPAddress: GUID] = [:]
  private var macs: [MACAddress: GUID] = [:]

  var count: Int { records.count }

  /// A record with numbers distributed like those of the service.
  static func record(_ index: UInt64) -> Record {
    let spread = (index &+ 1) &* 0x9e37_79b9_7f4a_7c15
    return Record(
      id: GUID(UInt128(spread) << 64 | UInt128(index)), name: "endpoint", network: GUID(1),
      address: IPAddress(.ipv4, UInt128(0x0a00_0000 + index)), mac: MACAddress(0x0015_5d00_0000 + index))
  }

  subscript(id: GUID) -> Record? { records[id] }

  mutating func insert(_ record: Record) {
    records[record.id] = record
    addresses[record.address] = record.id
    macs[record.mac] = record.id
  }

  mutating func remove(_ id: GUID) {
    guard let record = records.removeValue(forKey: id) else { return }
    addresses[record.address] = nil
    macs[record.mac] = nil
  }
}
