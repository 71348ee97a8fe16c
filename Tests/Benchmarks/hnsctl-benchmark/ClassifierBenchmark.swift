import CLinearScan
import FilterEngine
import Glibc
import HostModel
import NetworkTypes

/// Finds the first match of packets with the classifier and with a linear scan in C.
///
/// All use the same rules and packets, on one core, and every result is compared. The plain scan is the
/// baseline; the tuned one shows the difference to a scan optimized for the processor.
enum ClassifierBenchmark {
  static func run(rounds: Int) {
    for style in GeneratedRules.Style.allCases {
      print("\nfirst match, \(style.rawValue), best of \(rounds)")
      print(
        Benchmark.row(
          "rules, seed", "plain ns", "tuned ns", "ours ns", "of plain", "of tuned", "build ms", "MB"))
      for count in [100, 1_000, 10_000] {
        for seed: UInt64 in [1, 2, 3] { report(style, count, seed, rounds) }
      }
    }
  }

  private static func report(_ style: GeneratedRules.Style, _ count: Int, _ seed: UInt64, _ rounds: Int) {
    var generated = GeneratedRules(style, count: count, seed: seed)
    let plain = generated.packets(10_000)
    let rules = generated.rules
    let matches = generated.matches
    let packets = plain.map { packet in
      Packet(
        direction: .in, protocol: IPProtocol(packet.protocol),
        local: IPAddress(.ipv4, UInt128(packet.local)), remote: IPAddress(.ipv4, UInt128(packet.remote)),
        localPort: packet.local_port, remotePort: packet.remote_port)
    }
    var build = Double.infinity
    var scan = Double.infinity
    var tuned = Double.infinity
    var ours = Double.infinity
    var classifier = PacketClassifier([])
    var expected = [Int](repeating: -1, count: plain.count)
    var found = expected
    for _ in 0..<rounds {
      build = min(build, seconds { classifier = PacketClassifier(matches) })
      scan = min(
        scan,
        seconds {
          for index in plain.indices {
            expected[index] = withUnsafePointer(to: plain[index]) { linear_scan(rules, rules.count, $0) }
          }
        })
      tuned = min(
        tuned,
        seconds {
          for index in plain.indices {
            found[index] = withUnsafePointer(to: plain[index]) { linear_scan_tuned(rules, rules.count, $0) }
          }
        })
      guard found == expected else {
        print("the two scans disagree")
        exit(1)
      }
      ours = min(
        ours,
        seconds {
          for index in packets.indices { found[index] = classifier.firstMatch(packets[index]) ?? -1 }
        })
    }
    guard found == expected else {
      print("the classifier and the scan disagree")
      exit(1)
    }
    let each = 1e9 / Double(plain.count)
    print(
      Benchmark.row(
        "\(count), \(seed)", Benchmark.decimal(scan * each), Benchmark.decimal(tuned * each),
        Benchmark.decimal(ours * each),
        Benchmark.decimal(scan / ours), Benchmark.decimal(tuned / ours),
        Benchmark.decimal(build * 1e3),
        Benchmark.decimal(Double(classifier.memoryFootprint) / 1e6)))
  }

  /// The processor time of some work.
  private static func seconds(_ work: () -> Void) -> Double {
    var start = timespec()
    var end = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start)
    work()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end)
    return Double(end.tv_sec - start.tv_sec) + Double(end.tv_nsec - start.tv_nsec) / 1e9
  }
}
