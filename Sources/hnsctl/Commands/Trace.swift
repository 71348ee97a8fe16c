import ArgumentParser
import Diagnostics
import FilterEngine
import HostModel
import JSONText
import NetworkTypes
import PolicyViews
import SourceReading

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say whether a packet would pass, and which rule decides.",
    discussion: """
      SOURCE is a state, or a profile that is planned against an empty host and
      applied in memory; what the dataplane then holds decides, not the profile.
      Ends are addresses, endpoints, containers, pods, containers of pods as
      pod/container, or host, which has the published ports.

      Prefixes, ranges, lists, address sets of the profile and any ask about many
      packets at once: every part of the answer has its own verdict. A port then
      leaves protocols without ports out.

      The verdict is that of the port filters. What else keeps a packet from arriving
      is told in notes.

      Examples:
        hnsctl trace web.yaml --from 10.1.2.3 --to web --protocol tcp --port 443
        hnsctl trace web.yaml --from web --to 10.9.9.9 --protocol icmp
        hnsctl trace web.yaml --from any --to web --protocol any --all-assumptions
        hnsctl trace web.yaml --from corp --to web --protocol tcp --port any
        hnsctl trace host.json --packets packets.jsonl --expect allow

      Every line for --packets is the first packet of a flow. It is answered by one
      line, in order:
        {"from": "10.1.2.3", "to": "host", "protocol": "tcp", "port": 8080}
        {"verdict":"allow","rule":"allow-web"}

      Every line states from, to and protocol, and port for TCP and UDP. An absent
      sourcePort is 49152, an absent icmpType echo request; rule is null where
      nothing filters. A line that cannot be judged, an empty one too, is answered
      by {"error":"line 17: what is wrong; what to write"}, and the rest goes on.
      The exit code is 1 when there was such a line, otherwise 2 when --expect is
      given and a packet has another verdict.
      """)

  @Argument(help: "A state or a profile; - for standard input.", completion: .file())
  var source: String

  @Option(help: "Who sends the packet.")
  var from: String?

  @Option(help: "Whom it is sent to.")
  var to: String?

  @Option(
    name: .customLong("protocol"), help: "The IP protocol: a name or a number from 1 to 255, a list, or any.")
  var `protocol`: String?

  @Option(help: "The destination port, ranges, or any; it must be stated for TCP and UDP.")
  var port: String?

  @Option(help: "The source port, ranges, or any; 49152 when absent.")
  var sourcePort: String?

  @Option(help: "The ICMP type; echo request when absent.")
  var icmpType: UInt8?

  @Option(help: "The verdict that is expected; another one ends with exit code 2.")
  var expect: ExpectedVerdict?

  @Option(
    help: "Judge the packets of a file of JSON lines, - for standard input.", completion: .file())
  var packets: String?

  @Flag(help: "Say whether the verdict is the same under every value of the host's assumptions.")
  var allAssumptions = false

  @Flag(name: .customLong("all-switches"), help: .hidden)
  var formerAllAssumptions = false

  @OptionGroup var options: GlobalOptions

  func run() throws {
    let console = Console(options)
    if formerAllAssumptions { console.reportRenamed("--all-switches", to: "--all-assumptions") }
    let session = Session(console: console)
    var source = try QuerySource(source, session: session)
    guard let from, let to, let `protocol` else {
      return try PacketStream(path: packets ?? "-", expect: expect, console: console).run(source)
    }
    let request: TraceRequest
    do {
      request = try PacketText(
        from: from, to: to, protocol: `protocol`, port: port, sourcePort: sourcePort, icmpType: icmpType
      ).request(source)
    } catch {
      throw console.fail(error)
    }
    let verdicts: Set<Verdict>
    switch request {
    case .packet(let query, let icmpType):
      verdicts = [try trace(query, icmpType: icmpType, &source, console)]
    case .packets(let set):
      verdicts = try trace(set, &source, console)
    }
    if let expect, verdicts != [expect.verdict] { throw Exit.notClean }
  }

  /// Judges one packet.
  private func trace(
    _ query: PacketQuery, icmpType: UInt8?, _ source: inout QuerySource, _ console: Console
  ) throws -> Verdict {
    let trace: PacketTrace
    do { trace = try source.evaluator.trace(query) } catch {
      throw console.fail(PacketProblemView.diagnostic(error, source.evaluator.topology, file: source.file))
    }
    let view = TraceView(
      style: console.style, topology: source.evaluator.topology, origins: source.origins)
    let assumptions = AssumptionView(&source.evaluator, exhaustive: allAssumptions || formerAllAssumptions) {
      evaluator in
      (try? evaluator.trace(query)).map { AssumptionOutcome($0) } ?? AssumptionOutcome([])
    }
    console.finish(
      assumptions.document(joining: view.document(trace, icmpType: icmpType)),
      lines: view.lines(trace, icmpType: icmpType, assumptions: assumptions.lines))
    return trace.verdict
  }

  /// Judges every packet of a set.
  private func trace(
    _ set: PacketQuerySet, _ source: inout QuerySource, _ console: Console
  ) throws -> Set<Verdict> {
    let parts: [PacketPart]
    do { parts = try source.evaluator.parts(set) } catch {
      throw console.fail(PacketProblemView.diagnostic(error, source.evaluator.topology, file: source.file))
    }
    let view = PartsView(style: console.style, topology: source.evaluator.topology)
    let assumptions = AssumptionView(&source.evaluator, exhaustive: allAssumptions || formerAllAssumptions) {
      evaluator in
      AssumptionOutcome((try? evaluator.parts(set)) ?? [])
    }
    console.finish(
      assumptions.document(joining: view.document(parts)),
      lines: view.lines(parts, assumptions: assumptions.lines))
    return Set(parts.map(\.verdict))
  }
}

/// A verdict that is expected.
enum ExpectedVerdict: String, ExpressibleByArgument, CaseIterable {
  case allow, block

  var verdict: Verdict { self == .allow ? .allow : .block }
}
