import FilterEngine
import HostModel
import JSONText
import NetworkTypes
import SourceReading
import Testing

/// Packets as JSON lines: the fast reader against the slow, obvious one, and input in pieces.
@Suite struct PacketLineTests {
  /// Evaluates an input in pieces of the given sizes.
  static func output(
    _ host: AppliedHost, _ input: [UInt8], pieces: () -> Int = { 1 << 18 }
  ) -> (text: String, counts: PacketStreamEvaluator.Counts) {
    var streamEvaluator = PacketStreamEvaluator(host.evaluator, host.directory)
    var output: [UInt8] = []
    var start = 0
    while start < input.count {
      let end = min(input.count, start + max(1, pieces()))
      let continues = streamEvaluator.evaluate(input.span.extracting(start..<end)) { bytes in
        output += bytes
        return true
      }
      #expect(continues)
      start = end
    }
    _ = streamEvaluator.finish { bytes in
      output += bytes
      return true
    }
    return (String(decoding: output, as: UTF8.self), streamEvaluator.counts)
  }

  static func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

  @Test func everyLineMatchesTheSlowReader() throws {
    let seed = SeededGenerator.seed(for: "lines of packets")
    let host = try AppliedHost(AppliedHost.mixed)
    var oracle = PacketLineOracle(evaluator: host.evaluator, directory: host.directory)
    let scanner = PacketLineScanner(host.directory)
    var generator = PacketLineGenerator(seed: seed)
    var input: [UInt8] = []
    var expected: [String?] = []
    for _ in 0..<30_000 {
      let line = generator.line()
      input += line
      input.append(0x0a)
      expected.append(oracle.answer(line))
      if let scanned = scanner.packet(line.span) {
        #expect(scanned == oracle.packet(line), "seed \(seed): \(String(decoding: line, as: UTF8.self))")
      }
    }
    let (text, counts) = Self.output(host, input)
    let answers = Self.lines(text)
    #expect(answers.count == expected.count, "seed \(seed)")
    for (number, (answer, expected)) in zip(answers, expected).enumerated() {
      if let expected {
        #expect(answer == expected, "seed \(seed), line \(number + 1)")
      } else {
        #expect(answer.hasPrefix("{\"error\":\"line \(number + 1): "), "seed \(seed), \(answer)")
        let document = try JSON(parsing: String(answer))
        #expect(document["error"]?.string != nil)
      }
    }
    let errors = expected.filter { $0 == nil }.count
    #expect(counts.lines == expected.count && counts.errors == errors)
    #expect(counts.allowed + counts.blocked + counts.unknown + counts.errors == counts.lines)
    // A generator of only valid or only invalid lines would prove nothing.
    #expect(errors > 5_000 && errors < 25_000, "\(errors)")
    #expect(counts.allowed > 1_000 && counts.blocked > 1_000)
  }

  @Test func plainLinesNeverNeedTheSlowReader() throws {
    let seed = SeededGenerator.seed(for: "plain lines")
    let host = try AppliedHost(AppliedHost.mixed)
    let scanner = PacketLineScanner(host.directory)
    let oracle = PacketLineOracle(evaluator: host.evaluator, directory: host.directory)
    var generator = PacketLineGenerator(seed: seed)
    for _ in 0..<5_000 {
      let line = Array(generator.plain().utf8)
      let scanned = scanner.packet(line.span)
      #expect(scanned != nil && scanned == oracle.packet(line), "seed \(seed): \(generator)")
    }
  }

  /// The output is the same wherever the input is cut.
  @Test func piecesMakeNoDifference() throws {
    let seed = SeededGenerator.seed(for: "pieces of input")
    let host = try AppliedHost(AppliedHost.mixed)
    var generator = PacketLineGenerator(seed: seed)
    var input: [UInt8] = [0xef, 0xbb, 0xbf]
    for index in 0..<400 {
      input += generator.line()
      // Lines at and over the limit, consecutive empty lines, and both kinds of line break.
      if index % 97 == 0 {
        let length = PacketStreamEvaluator.lineLimit - input.reversed().prefix { $0 != 0x0a }.count
        input += [UInt8](repeating: 0x20, count: max(0, length) + index % 3)
      }
      input += index % 5 == 0 ? [0x0d, 0x0a] : index % 7 == 0 ? [0x0a, 0x0a] : [0x0a]
    }
    let whole = Self.output(host, input)
    var random = SeededGenerator(seed: seed)
    for largest in [1, 7, 100, 70_000] {
      let cut = Self.output(host, input) { Int.random(in: 1...largest, using: &random) }
      #expect(cut.text == whole.text && cut.counts == whole.counts, "seed \(seed), pieces to \(largest)")
    }
  }

  @Test func theLimitOfALineIsExact() throws {
    let host = try AppliedHost(AppliedHost.mixed)
    let packet = Array(#"{"from":"10.0.0.10","to":"caffe","protocol":"udp","port":53}"#.utf8)
    let padding = [UInt8](repeating: 0x20, count: PacketStreamEvaluator.lineLimit - packet.count)
    let good = Self.output(host, packet + padding + [0x0a] + packet)
    #expect(
      good.text == String(repeating: "{\"verdict\":\"allow\",\"rule\":\"allow-dns\"}\n", count: 2),
      "\(good.text)")
    let bad = Self.output(host, packet + padding + [0x20, 0x0a] + packet)
    #expect(
      bad.text == """
        {"error":"line 1: the line is longer than 65536 bytes; write one packet per line"}
        {"verdict":"allow","rule":"allow-dns"}

        """)
  }

  /// A sink that accepts no more stops the work.
  @Test func aClosedSinkStopsTheWork() throws {
    let host = try AppliedHost(AppliedHost.mixed)
    var streamEvaluator = PacketStreamEvaluator(host.evaluator, host.directory)
    let input = [UInt8](repeating: 0x0a, count: 100_000)
    var calls = 0
    let continues = streamEvaluator.evaluate(input.span) { _ in
      calls += 1
      return false
    }
    #expect(!continues && calls == 1)
    #expect(streamEvaluator.counts.lines < 10_000, "the memory for output is bounded")
  }

  /// Endpoints with equal rules share their filters, however many there are.
  @Test func endpointsShareTheFiltersOfTheirRules() throws {
    func host(endpoints: Int, sets: Int) throws -> AppliedHost {
      var text = """
        apiVersion: hnsctl/v1
        kind: HostProfile
        name: shared
        host: {windows: ltsc2022, adapters: [Ethernet]}
        networks:
          - name: bridge
            driver: l2bridge
            adapter: Ethernet
            subnets: [{prefix: 10.0.0.0/16, gateway: 10.0.0.1}]
        containers:

        """
      for index in 0..<endpoints {
        text += """
            - name: web-\(index)
              network: bridge
              defaults: {in: block, out: allow}
              acls:
                - {name: open, direction: in, action: allow, protocols: [tcp], localPorts: [\(index % sets + 1)]}
                - {name: shut, direction: out, action: block, protocols: [udp], remotePorts: [\(index % sets + 1)]}

          """
      }
      return try AppliedHost(text)
    }
    func filters(_ host: AppliedHost) throws -> Int {
      var evaluator = host.evaluator
      for index in evaluator.topology.endpoints.indices {
        for port in [1, 2] as [UInt16] {
          let inbound = PacketQuery(from: .address(outside), to: .endpoint(index), protocol: .tcp, port: port)
          let open = Int(port) - 1 == index % 5
          #expect(try evaluator.decide(inbound).verdict == (open ? .allow : .block))
          let outbound = PacketQuery(
            from: .endpoint(index), to: .address(outside), protocol: .udp, port: port)
          #expect(try evaluator.decide(outbound).verdict == (open ? .block : .allow))
        }
      }
      return evaluator.filterCount
    }
    let few = try filters(try host(endpoints: 5, sets: 5))
    #expect(few <= 5 * 4, "\(few)")
    #expect(try filters(try host(endpoints: 200, sets: 5)) == few)
  }
}

private let outside = IPAddress(.ipv4, 0xcb00_7107)
