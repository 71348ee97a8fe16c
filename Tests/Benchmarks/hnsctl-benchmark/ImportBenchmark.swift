import Diagnostics
import FilterEngine
import Glibc
import HNSEmulator
import HNSStore
import HostImport
import HostModel
import NetworkProfile
import PacketSpace
import PolicyCompiler
import PolicyPlan

/// Imports the capture of a large host: 2,000 endpoints, 10,000 rules of Windows Firewall, 100,000 VFP rules, and
/// compares it with the profile that made it; then captures with twice as much of one thing.
///
/// The goals are 3 s and 400 MB for the import on one core, 3 s more for the comparison, and time that grows with the
/// capture. Every step runs in its own process, so its peak memory is its own.
enum ImportBenchmark {
  /// How large a host is.
  struct Size {
    var endpoints = 2_000
    var aclsPerEndpoint = 45
    var firewallRules = 10_000

    /// The words of a command line.
    var words: [String] { ["\(endpoints)", "\(aclsPerEndpoint)", "\(firewallRules)"] }

    init(endpoints: Int = 2_000, aclsPerEndpoint: Int = 45, firewallRules: Int = 10_000) {
      self.endpoints = endpoints
      self.aclsPerEndpoint = aclsPerEndpoint
      self.firewallRules = firewallRules
    }

    init?(_ words: [String]) {
      let numbers = words.compactMap { Int($0) }
      guard numbers.count == 3 else { return nil }
      self.init(endpoints: numbers[0], aclsPerEndpoint: numbers[1], firewallRules: numbers[2])
    }
  }

  /// The work of one process; each step includes the previous ones.
  enum Step: String, CaseIterable {
    case read = "read the file"
    case load = "import"
    case compare = "… and compare with the profile"
  }

  static func run(rounds: Int) {
    let folder = Benchmark.temporaryFolder()
    defer {
      for name in ["host.json", "web.yaml"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    print("\nmedian of \(rounds); goals: import within 3 s and 400 MB, comparison within 3 s more")
    report(Size(), Step.allCases, folder, rounds)
    report(Size(firewallRules: 20_000), [.load], folder, rounds)
    report(Size(aclsPerEndpoint: 90), [.load], folder, rounds)
    report(Size(endpoints: 4_000), [.load], folder, rounds)
  }

  private static func report(_ size: Size, _ steps: [Step], _ folder: String, _ rounds: Int) {
    // In another process: the peak of a process starts from that of the one that started it.
    guard Benchmark.measure(["capture", folder] + size.words) != nil else { return print("  failed") }
    print(Benchmark.row("step", "CPU s", "peak MB"))
    for step in steps {
      let found = (0..<rounds).compactMap { _ in Benchmark.measure(["import", step.rawValue, folder]) }
      guard found.count == rounds else {
        print(Benchmark.row(step.rawValue, "failed"))
        continue
      }
      let seconds = found.map(\.seconds).sorted()[rounds / 2]
      let peak = Double(found.map(\.kilobytes).sorted()[rounds / 2]) / 1e3
      print(Benchmark.row(step.rawValue, Benchmark.decimal(seconds), Benchmark.decimal(peak)))
    }
  }

  /// Writes the capture and its profile, and says how large they are.
  static func generate(_ size: Size, in folder: String) -> String? {
    let generated = GeneratedProfile(
      endpoints: size.endpoints, aclsPerEndpoint: size.aclsPerEndpoint, isolation: "hyperv")
    guard let host = host(of: generated.text, "web.yaml") else { return nil }
    let capture = GeneratedCapture(host: host, firewallRules: size.firewallRules)
    guard let text = capture.text, Benchmark.write(Array(text.utf8), to: "\(folder)/host.json"),
      Benchmark.write(generated.text, to: "\(folder)/web.yaml")
    else { return nil }
    return "\(Benchmark.decimal(Double(text.utf8.count) / 1e6)) MB, \(generated.endpoints) endpoints, "
      + "\(capture.firewallRules) firewall rules and \(capture.vfpRules) VFP rules"
  }

  /// Runs a step in a separate process.
  static func run(_ step: Step, in folder: String) -> Int32 {
    guard case .success(let bytes) = ProfileFile.read("\(folder)/host.json") else { return 1 }
    guard step != .read else { return bytes.isEmpty ? 1 : 0 }
    let (imported, diagnostics) = HostImport.host([HostImport.File(name: "host.json", bytes: bytes)])
    guard let imported else {
      for diagnostic in diagnostics.prefix(5) { print(diagnostic.message) }
      return 1
    }
    guard imported.service.gaps.isEmpty else {
      let gaps = imported.service.gaps
      print("unknown:", gaps.endpoints.count, gaps.firewall as Any, gaps.unread.prefix(2).map(\.reason))
      for diagnostic in diagnostics.prefix(5) { print(diagnostic.message) }
      return 1
    }
    guard step == .compare else { return 0 }
    guard case .success(let text) = ProfileFile.read("\(folder)/web.yaml"),
      let desired = host(of: text, "web.yaml")
    else { return 1 }
    var before = HostWithRuleNames(imported.service, ledger: OwnershipLedger()).evaluator
    var after = HostWithRuleNames(
      desired.service.withContainersStarted(), ledger: OwnershipLedger(annotations: desired.annotations)
    ).evaluator
    let difference = VerdictDiff(from: &before, to: &after)
    guard difference.changes.isEmpty, difference.undecided.isEmpty else {
      print("changes:", difference.changes.count, "undecided:", difference.undecided.count)
      return 1
    }
    return 0
  }

  /// The host that a profile creates, with its containers running.
  private static func host(of text: [UInt8], _ file: String) -> HostState? {
    guard let profile = Profile.load(bytes: text, file: file).0,
      let desired = ProfileCompiler.compile(profile, file: file).0
    else { return nil }
    let (trial, refusals) = Trial.run(desired, on: desired.emptyHost, ledger: OwnershipLedger(), file: file)
    guard let trial else {
      for refusal in refusals.prefix(5) { print(refusal.message) }
      return nil
    }
    var host = HostState(service: trial.host.withContainersStarted())
    trial.ledger.write(to: &host.annotations)
    return host
  }
}
