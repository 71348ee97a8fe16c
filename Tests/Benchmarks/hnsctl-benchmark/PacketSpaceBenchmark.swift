import Glibc
import HostModel
import NetworkTypes
import PacketSpace

/// Measures operations on packet sets: differences, proofs and covers, by number of rules.
///
///     swift run -c release hnsctl-benchmark packet-space [--sizes 100,1000] [--seeds N]
enum PacketSpaceBenchmark {
  private static let works = [
    "the same rules, proven equal", "1 to 5 edits, first witness", "1 to 5 edits, all regions",
    "rearranged, proven equal", "halved prefixes, proven equal", "rules never matching, with covers",
    "rules no packet needs", "halved and rearranged, proven equal",
    "rule for all added, first witness", "rule for all added, all regions",
  ]

  static func run(_ arguments: [String]) {
    var sizes = [100, 1_000, 10_000, 100_000]
    var seeds = 5
    if let flag = arguments.firstIndex(of: "--sizes"), flag + 1 < arguments.count {
      sizes = arguments[flag + 1].split(separator: ",").compactMap { Int($0) }
    }
    if let flag = arguments.firstIndex(of: "--seeds"), flag + 1 < arguments.count {
      seeds = Int(arguments[flag + 1]) ?? seeds
    }
    report(sizes, seeds, isCrowded: false)
    // The time for crowded lists, and for generating them, is quadratic in their length.
    report(sizes.filter { $0 <= 10_000 }, seeds, isCrowded: true)
  }

  private static func report(_ sizes: [Int], _ seeds: Int, isCrowded: Bool) {
    let kind = isCrowded ? "crowded five-tuple rules" : "five-tuple rules"
    print("\nsets of packets: \(kind), CPU milliseconds, median and highest of \(seeds) seeds")
    print(row("rules", sizes.map { "\($0)" }))
    var table: [[String]] = Array(repeating: [], count: works.count)
    var notes: [String] = []
    for size in sizes {
      let runs = (1...seeds).map { measure(size, seed: UInt64($0), isCrowded) }
      for work in works.indices {
        let times = runs.flatMap { $0.times[work] }.sorted()
        guard let highest = times.last else {
          table[work].append("-")
          continue
        }
        table[work].append("\(text(times[times.count / 2])) / \(text(highest))")
      }
      notes.append("  \(size): " + (runs.first?.note ?? ""))
    }
    for (work, cells) in zip(works, table) { print(row(work, cells)) }
    print("of the first seed:")
    for note in notes { print(note) }
  }

  private struct Run {
    var times: [[Double]] = Array(repeating: [], count: works.count)
    var note = ""
  }

  private static func measure(_ size: Int, seed: UInt64, _ isCrowded: Bool) -> Run {
    var run = Run()
    var source = GeneratedPolicies(seed: seed, isCrowded: isCrowded)
    let list = source.list(size)
    func path(_ rules: [PacketPolicy.Rule]) -> PacketPath {
      PacketPath(PacketPolicy(firstMatchOf: source.copied(rules), unmatched: .block, families: [.ipv4]))
    }
    func time(_ work: Int, _ body: () throws -> Bool) {
      let start = ContinuousClock.now
      do {
        guard try body() else {
          run.note += " FAILED: \(works[work])"
          return
        }
        let took = ContinuousClock.now - start
        run.times[work].append(
          Double(took.components.attoseconds) / 1e15 + Double(took.components.seconds) * 1e3)
      } catch {
        run.note += " undecided: \(works[work]);"
      }
    }
    let before = path(list)
    let same = path(list)
    time(0) { try before.isEquivalent(to: same) }
    var regions: [Int] = []
    for edits in 1...5 {
      let after = path(source.edited(list, edits: edits))
      time(1) {
        _ = try before.firstDifference(to: after)?.set.witness(.in)
        return true
      }
      time(2) {
        let difference = try before.difference(to: after)
        regions.append(difference.regions.count)
        return true
      }
    }
    var opened = list
    opened.insert(.init(identity: size, action: .allow, match: RuleMatch()), at: size / 2)
    let open = path(opened)
    time(8) { try before.firstDifference(to: open) != nil }
    if size <= 1_000 { time(9) { try !before.difference(to: open).isEmpty } }
    var covered: [PacketPolicy.UnreachableRule] = []
    time(5) {
      covered = try before.policies[0].unreachableRules()
      return true
    }
    var redundant = 0
    time(6) {
      redundant = try before.policies[0].redundantRules().count
      return true
    }
    let rearranged = path(source.rearranged(list, without: Set(covered.map(\.identity))))
    let moved = zip(list, rearranged.policies[0].rules).count { $0.identity != $1.identity }
    time(3) { try before.isEquivalent(to: rearranged) }
    let halved = path(source.halved(list))
    time(4) { try before.isEquivalent(to: halved) }
    let scattered = path(source.rearranged(halved.policies[0].rules, without: []))
    time(7) { try before.isEquivalent(to: scattered) }
    let union = covered.filter { $0.cover.count > 1 }
    run.note =
      "\(covered.count) never match, \(union.count) of them covered by a union of up to "
      + "\(union.map(\.cover.count).max() ?? 0); \(redundant) redundant; \(moved) lines move; "
      + "\(halved.policies[0].rules.count) halved rules; regions after edits \(regions)" + run.note
    return run
  }

  /// The CPU time of this process in seconds: all work is done on one thread.
  private static func clock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func text(_ value: Double) -> String {
    let scaled = Int((value * 10).rounded())
    return "\(scaled / 10).\(scaled % 10)"
  }

  private static func row(_ first: String, _ cells: [String]) -> String {
    func padded(_ text: String) -> String { String(repeating: " ", count: max(0, 18 - text.count)) + text }
    return "  " + first + String(repeating: " ", count: max(0, 38 - first.count)) + cells.map(padded).joined()
  }
}
