import CLineCount
import FilterEngine
import Glibc
import HNSEmulator
import HNSStore
import NetworkProfile
import PolicyCompiler
import PolicyPlan
import SourceReading

/// Evaluates a million packets read as JSON lines, against a C loop that only counts the lines.
///
/// Every step runs in its own process. The time to load the state is measured with an empty packet file and
/// subtracted.
enum PacketLinesBenchmark {
  /// The work of a process on the files of a folder.
  enum Step: String {
    case prepareOne = "prepare-one"
    case prepareMany = "prepare-many"
    case count
    case load
    case evaluate
  }

  private static let packets = 1_000_000

  static func run(rounds: Int) {
    report("one endpoint with 1,000 ACLs", .prepareOne, rounds)
    report("10,000 endpoints that share 50 sets of 20 ACLs", .prepareMany, rounds)
  }

  private static func report(_ title: String, _ preparation: Step, _ rounds: Int) {
    let folder = Benchmark.temporaryFolder()
    defer {
      for name in ["state", "state.lock", "packets", "empty"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    print("\n\(title): \(packets) packets, median of \(rounds)")
    guard measure(preparation, folder, 1) != nil else { return print("cannot write the files") }
    guard let count = measure(.count, folder, rounds), let load = measure(.load, folder, rounds),
      let evaluate = measure(.evaluate, folder, rounds)
    else { return print("a step failed") }
    let seconds = evaluate.seconds - load.seconds
    print(Benchmark.row("step", "CPU s", "ratio", "peak MB", "packets/s"))
    func row(_ name: String, _ seconds: Double, _ kilobytes: Int, _ rate: String) {
      print(
        Benchmark.row(
          name, Benchmark.decimal(seconds), Benchmark.decimal(seconds / count.seconds),
          Benchmark.decimal(Double(kilobytes) / 1e3), rate))
    }
    row("lines counted in C", count.seconds, count.kilobytes, "\(Int(Double(packets) / count.seconds))")
    row("state loaded", load.seconds, load.kilobytes, "")
    row("packets evaluated", seconds, evaluate.kilobytes, "\(Int(Double(packets) / seconds))")
  }

  private static func measure(_ step: Step, _ folder: String, _ rounds: Int) -> Benchmark.Figure? {
    let figures = (0..<rounds).compactMap { _ in Benchmark.measure(["packets", step.rawValue, folder]) }
    guard figures.count == rounds else { return nil }
    return figures.sorted { $0.seconds < $1.seconds }[rounds / 2]
  }

  // MARK: Steps

  /// Runs one step.
  static func run(_ step: Step, in folder: String) -> Int32 {
    switch step {
    case .prepareOne: prepare(GeneratedProfile(endpoints: 1, aclsPerEndpoint: 1_000, ruleSets: 1), folder)
    case .prepareMany: prepare(GeneratedProfile(endpoints: 10_000, aclsPerEndpoint: 20, ruleSets: 50), folder)
    case .count: line_count("\(folder)/packets") == packets ? 0 : 1
    case .load: evaluate("\(folder)/empty", by: folder) == 0 ? 0 : 1
    case .evaluate: evaluate("\(folder)/packets", by: folder) == packets ? 0 : 1
    }
  }

  private static func prepare(_ generated: GeneratedProfile, _ folder: String) -> Int32 {
    guard let profile = Profile.load(bytes: generated.text, file: "generated.yaml").0,
      let desired = ProfileCompiler.compile(profile, file: "generated.yaml").0
    else { return 1 }
    let service = HostNetworkingService(
      HostConfiguration(build: desired.windows, assumptions: desired.assumptions, adapters: desired.adapters))
    let (planned, _) = Plan.make(desired, for: service, base: nil, ledger: OwnershipLedger(), file: "")
    guard let outcome = planned else { return 1 }
    do { try StateFile(path: "\(folder)/state").save(HostState(serial: 1, service: outcome.host)) } catch {
      return 1
    }
    let isWritten =
      Benchmark.write(lines(generated), to: "\(folder)/packets") && Benchmark.write([], to: "\(folder)/empty")
    return isWritten ? 0 : 1
  }

  /// Packets to all endpoints, every other one targeting a rule.
  private static func lines(_ generated: GeneratedProfile) -> [UInt8] {
    var random = SplitMix(state: 7)
    var text: [UInt8] = []
    text.reserveCapacity(packets * 100)
    let sets = (0..<(generated.ruleSets ?? 1)).map { generated.rules(ofSet: $0) }
    for index in 0..<packets {
      let endpoint = Int(random.next() % UInt64(generated.endpoints))
      let rules = sets[endpoint % sets.count]
      let rule = rules[Int(random.next() % UInt64(rules.count))]
      let noise = random.next()
      let isAimed = index % 2 == 0
      let third = isAimed ? rule.octets >> 16 & 0xff : noise & 0xff
      let port = isAimed ? UInt64(rule.firstPort + 10) + noise % 11 : 1_024 + noise % 40_000
      let ends = ["\"192.168.\(third).\(noise >> 8 & 0xff)\"", "\"web-\(endpoint)\""]
      let isOutbound = isAimed && rule.isOutbound
      text +=
        "{\"from\":\(ends[isOutbound ? 1 : 0]),\"to\":\(ends[isOutbound ? 0 : 1]),\"protocol\":\"\(rule.isUDP ? "udp" : "tcp")\",\"port\":\(port)}\n"
        .utf8
    }
    return text
  }

  /// Evaluates the packets of a file against the state of a folder, and returns their number.
  private static func evaluate(_ path: String, by folder: String) -> Int? {
    guard let state = try? StateFile(path: "\(folder)/state").load() else { return nil }
    let host = HostWithRuleNames(state.service, ledger: OwnershipLedger(annotations: state.annotations))
    let evaluator = host.evaluator
    var streamEvaluator = PacketStreamEvaluator(evaluator, PeerDirectory(evaluator.topology))
    let input = open(path, O_RDONLY | O_CLOEXEC)
    let output = open("/dev/null", O_WRONLY | O_CLOEXEC)
    guard input >= 0, output >= 0 else { return nil }
    defer {
      close(input)
      close(output)
    }
    func take(_ bytes: [UInt8]) -> Bool { Glibc.write(output, bytes, bytes.count) == bytes.count }
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = piece.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      guard streamEvaluator.evaluate(piece.span.extracting(first: count), into: take) else { return nil }
    }
    guard streamEvaluator.finish(into: take) else { return nil }
    return streamEvaluator.counts.allowed + streamEvaluator.counts.blocked
  }
}
