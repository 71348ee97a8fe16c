import CBareEventLoop
import Diagnostics
import Glibc
import HNSEmulator
import HNSStore
import NetworkProfile
import PolicyCompiler
import PolicyPlan

/// Measures the performance-critical parts, compared with plain C that does the bare minimum.
///
/// - `profile`: reading, checking, compiling, planning and applying, against a bare libyaml event loop over
///   the same file. Every phase runs in its own process, so its peak memory is its own.
/// - `classifier`: finding the first match of a packet, against a linear scan over the same rules.
/// - `packets`: evaluating packets read as JSON lines, against counting the lines.
/// - `emulator`: creating, reading and deleting endpoints, against the bare tables that they need.
/// - `journal`: calls that are on disk before their response, against calls in memory.
/// - `serve`: calls over HTTP, against a server that answers each request with the same bytes.
/// - `services`: programming 5,000 load balancers with 20 backends each, one more, and packets through them.
/// - `import`: the capture of a large host, and its comparison with the profile that made it.
/// - `lists`: small calls beside clients that list everything, against lists of the same size from memory.
///
///     swift run -c release hnsctl-benchmark [--only NAME] [--rounds N]
@main
enum Benchmark {
  /// The work of one process; each phase includes the previous ones.
  enum Phase: String, CaseIterable {
    case bareLoop = "bare libyaml event loop"
    case read = "read and check"
    case compile = "… and compile"
    case plan = "… and plan"
    case apply = "… and apply, state written"
  }

  static func main() {
    let arguments = CommandLine.arguments
    if arguments.contains("packet-space") { return PacketSpaceBenchmark.run(arguments) }
    if arguments.count == 4, arguments[1] == "phase", let phase = Phase(rawValue: arguments[2]) {
      exit(run(phase, on: arguments[3]))
    }
    if arguments.count == 4, arguments[1] == "packets",
      let step = PacketLinesBenchmark.Step(rawValue: arguments[2])
    {
      exit(PacketLinesBenchmark.run(step, in: arguments[3]))
    }
    if arguments.count == 3, arguments[1] == "emulator",
      let contents = EmulatorBenchmark.Contents(rawValue: arguments[2])
    {
      exit(EmulatorBenchmark.fill(contents))
    }
    if arguments.count == 3, arguments[1] == "serve", let step = ServeBenchmark.Step(rawValue: arguments[2]) {
      exit(ServeBenchmark.run(step))
    }
    if arguments.count == 3, arguments[1] == "lists", let step = ListBenchmark.Step(rawValue: arguments[2]) {
      exit(ListBenchmark.run(step))
    }
    if arguments.count == 6, arguments[1] == "capture",
      let size = ImportBenchmark.Size(Array(arguments[3...]))
    {
      guard let figures = ImportBenchmark.generate(size, in: arguments[2]) else { exit(1) }
      return print("a capture of \(figures)")
    }
    if arguments.count == 4, arguments[1] == "import", let step = ImportBenchmark.Step(rawValue: arguments[2])
    {
      exit(ImportBenchmark.run(step, in: arguments[3]))
    }
    if arguments.count == 3, arguments[1] == "services",
      let contents = ServiceBenchmark.Contents(rawValue: arguments[2])
    {
      exit(ServiceBenchmark.fill(contents))
    }
    var rounds = 3
    if let flag = arguments.firstIndex(of: "--rounds"), flag + 1 < arguments.count {
      rounds = Int(arguments[flag + 1]) ?? rounds
    }
    var benchmarks = Self.all
    if let flag = arguments.firstIndex(of: "--only") {
      benchmarks = benchmarks.filter { arguments.dropFirst(flag + 1).first == $0.name }
      if benchmarks.isEmpty {
        print("--only takes one of: \(Self.all.map(\.name).joined(separator: ", "))")
        exit(64)
      }
    }
    for benchmark in benchmarks { benchmark.run(max(1, rounds)) }
  }

  private static let all: [(name: String, run: @Sendable (Int) -> Void)] = [
    ("profile", profile), ("classifier", { ClassifierBenchmark.run(rounds: $0) }),
    ("packets", { PacketLinesBenchmark.run(rounds: $0) }),
    ("emulator", { EmulatorBenchmark.run(rounds: $0) }),
    ("journal", { JournalBenchmark.run(rounds: $0) }),
    ("serve", { ServeBenchmark.run(rounds: $0) }),
    ("services", { ServiceBenchmark.run(rounds: $0) }),
    ("lists", { ListBenchmark.run(rounds: $0) }),
    ("import", { ImportBenchmark.run(rounds: $0) }),
  ]

  private static func profile(_ rounds: Int) {
    let folder = temporaryFolder()
    defer { removeFolder(folder) }
    report(
      "1,000 endpoints of 20 ACLs", GeneratedProfile(endpoints: 1_000, aclsPerEndpoint: 20), Phase.allCases,
      folder,
      rounds)
    report(
      "a 100 MB profile", GeneratedProfile(endpoints: 52_000, aclsPerEndpoint: 10), [.bareLoop, .read],
      folder, rounds)
  }

  // MARK: Phases

  private static func run(_ phase: Phase, on path: String) -> Int32 {
    guard case .success(let bytes) = ProfileFile.read(path) else { return 1 }
    if phase == .bareLoop { return bytes.withUnsafeBufferPointer(loop) > 0 ? 0 : 1 }
    let (loaded, diagnostics) = Profile.load(bytes: bytes, file: path)
    guard let profile = loaded else {
      for diagnostic in diagnostics.prefix(5) { print(diagnostic.message, diagnostic.location as Any) }
      return 1
    }
    if phase == .read { return 0 }
    guard let desired = ProfileCompiler.compile(profile, file: path).0 else { return 1 }
    if phase == .compile { return 0 }
    let service = HostNetworkingService(
      HostConfiguration(build: desired.windows, assumptions: desired.assumptions, adapters: desired.adapters))
    let (planned, refusals) = Plan.make(
      desired, for: service, base: nil, ledger: OwnershipLedger(), file: path)
    guard let outcome = planned else {
      for refusal in refusals { print(refusal.message) }
      return 1
    }
    if phase == .plan { return 0 }
    var host = HostState(serial: 1, service: service)
    guard outcome.plan.carryOut(on: &host.service).failure == nil else { return 1 }
    do { try StateFile(path: path + ".state").save(host) } catch { return 1 }
    return 0
  }

  private static func loop(_ buffer: UnsafeBufferPointer<UInt8>) -> Int {
    Int(bare_event_loop(buffer.baseAddress, buffer.count))
  }

  // MARK: Measuring

  struct Figure {
    var seconds: Double
    var kilobytes: Int
  }

  private static func report(
    _ title: String, _ profile: GeneratedProfile, _ phases: [Phase], _ folder: String, _ rounds: Int
  ) {
    let text = profile.text
    let path = "\(folder)/generated.yaml"
    guard write(text, to: path) else { return print("cannot write the profile to \(folder)") }
    let megabytes = Double(text.count) / 1e6
    print(
      "\n\(title): \(decimal(megabytes)) MB, \(profile.endpoints * profile.aclsPerEndpoint) ACLs, median of \(rounds)"
    )
    print(row("phase", "CPU s", "ratio", "peak MB", "of file"))
    var yardstick = 0.0
    for phase in phases {
      let figures = (0..<rounds).compactMap { _ in measure(["phase", phase.rawValue, path]) }
      guard figures.count == rounds else {
        print(row(phase.rawValue, "failed", "", "", ""))
        continue
      }
      let seconds = figures.map(\.seconds).sorted()[rounds / 2]
      let peak = Double(figures.map(\.kilobytes).sorted()[rounds / 2]) / 1e3
      if phase == .bareLoop { yardstick = seconds }
      print(
        row(
          phase.rawValue, decimal(seconds), yardstick > 0 ? decimal(seconds / yardstick) : "",
          decimal(peak), decimal(peak / megabytes)))
    }
  }

  /// Runs this program with other arguments, and returns its CPU time and peak memory.
  static func measure(_ words: [String]) -> Figure? {
    let program = "/proc/self/exe"
    var process = pid_t()
    var arguments: [UnsafeMutablePointer<CChar>?] = ([CommandLine.arguments[0]] + words).map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    guard posix_spawn(&process, program, nil, nil, &arguments, environ) == 0 else { return nil }
    var status: Int32 = 0
    var usage = rusage()
    guard wait4(process, &status, 0, &usage) == process, status == 0 else { return nil }
    let microseconds =
      Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    return Figure(seconds: microseconds / 1e6, kilobytes: usage.ru_maxrss)
  }

  // MARK: Files and text

  static func temporaryFolder() -> String {
    var template = Array("/tmp/hnsctl-benchmark-XXXXXX".utf8CString)
    _ = mkdtemp(&template)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func removeFolder(_ folder: String) {
    for name in ["generated.yaml", "generated.yaml.state"] { unlink("\(folder)/\(name)") }
    rmdir(folder)
  }

  static func write(_ bytes: [UInt8], to path: String) -> Bool {
    guard let file = fopen(path, "w") else { return false }
    defer { fclose(file) }
    return fwrite(bytes, 1, bytes.count, file) == bytes.count
  }

  static func decimal(_ value: Double) -> String {
    let scaled = Int((value * 100).rounded())
    let fraction = scaled % 100
    return "\(scaled / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  static func row(_ first: String, _ others: String...) -> String { row([first] + others) }

  static func row(_ cells: [String]) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let first = cells.first ?? ""
    return "  " + first + String(repeating: " ", count: max(0, 30 - first.count))
      + cells.dropFirst().map { padded($0, 10) }.joined()
  }
}
