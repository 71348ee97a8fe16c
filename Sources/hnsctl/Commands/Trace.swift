import ArgumentParser
import Diagnostics
import FilterEngine
import HostModel
import JSONText
import NetworkTypes
import PacketSpace
import PolicyViews
import SourceReading

struct Trace: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trace a packet: is it allowed, and by which rule?",
    discussion: HelpText.discussion(
      """
      SOURCE is a state, or a profile that is planned against an empty host and
      applied in memory. Packets are evaluated by the resulting dataplane, not by
      the profile. --from and --to take an address, an endpoint, a container, a pod,
      a container of a pod as pod/container, or host, which has the published ports.

      A prefix, range, list, address set of the profile, outside or any traces a set
      of packets: the result lists every part of the set with its verdict. outside
      means all addresses that are not on the host, as in a matrix. A port then
      excludes protocols without ports. Sets contain only packets that can occur:
      loopback stays within a container, pod or host, where nothing filters it, and
      nothing is sent from multicast, broadcast and unspecified addresses. A single
      packet of that kind is refused.

      --to svc:NAME is the cluster address of a service; --port can be left out where
      it has one port of the protocol. A packet that a load balancer takes is
      followed to every backend: the verdict is mixed if one allows it and another
      blocks it, else unknown if one is, else that of all.

      The verdict is that of the port filters. Notes list anything else that could
      stop the packet.

      Examples:
        hnsctl trace web.yaml --from 10.1.2.3 --to web --protocol tcp --port 443
        hnsctl trace web.yaml --from web --to 10.9.9.9 --protocol icmp
        hnsctl trace web.yaml --from any --to web --protocol any --all-assumptions
        hnsctl trace web.yaml --from corp --to web --protocol tcp --port any
        hnsctl trace services.yaml --from frontend --to svc:shop --protocol tcp
        hnsctl trace host.json --packets packets.jsonl --expect allow
        hnsctl trace nodes/ --from any --to host --protocol tcp --port 22

      Every line of the --packets file is the first packet of a flow. There is one
      line of output for each, in order:
        {"from": "10.1.2.3", "to": "host", "protocol": "tcp", "port": 8080}
        {"verdict":"allow","rule":"allow-web"}

      Every line needs from, to and protocol, and for TCP and UDP a port, unless a
      service has only one. The default sourcePort is 49152, the default icmpType
      echo request. In the output, rule is null where nothing filters, or where the
      paths of a packet differ in it. For an invalid or empty line the output is
      {"error":"line 17: what is wrong; what to write"}, and the next line follows.
      The exit code is 1 if any line was invalid; otherwise 2 if --expect is given
      and any packet has another verdict.
      """))

  @Argument(
    help: "States, profiles, captures, and folders of them; - for standard input.", completion: .file())
  var sources: [String]

  @Option(help: "Source of the packet.")
  var from: String?

  @Option(help: "Destination of the packet; svc:NAME for a service.")
  var to: String?

  @Option(
    name: .customLong("protocol"), help: "IP protocol: a name, a number from 1 to 255, a list, or any.")
  var `protocol`: String?

  @Option(
    help: "Destination port, ranges, or any; required for TCP and UDP, except for a service with one port.")
  var port: String?

  @Option(help: "Source port, ranges, or any; 49152 by default.")
  var sourcePort: String?

  @Option(
    parsing: .unconditional, help: "ICMP type; echo request by default.",
    transform: OptionValue.number(0...UInt8.max))
  var icmpType: UInt8?

  @Option(help: "The expected verdict; with any other, the exit code is 2.")
  var expect: ExpectedVerdict?

  @Option(
    help: ArgumentHelp("Evaluate the packets of a JSON Lines file; - for standard input.", valueName: "file"),
    completion: .file())
  var packets: String?

  @Flag(help: "Show whether the verdict is the same under all values of the host's assumptions.")
  var allAssumptions = false

  @Flag(name: .customLong("all-switches"), help: .hidden)
  var formerAllAssumptions = false

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func run() throws {
    let console = Console(options)
    if formerAllAssumptions { console.reportRenamed("--all-switches", to: "--all-assumptions") }
    let run = SourceRun(sources, of: .hosts, many, console)
    if packets != nil { try run.requireOne(for: "--packets", of: "trace") }
    let words =
      expect == nil
      ? RecapWords(clean: "traced") : RecapWords(clean: "as expected", notClean: "not as expected")
    try run.run(words, limits) { source, session in try trace(source, session) }
  }

  private func trace(_ source: String, _ session: Session) throws {
    let console = session.console
    var source = try QuerySource(source, session: session)
    guard let from, let to, let `protocol` else {
      return try PacketStream(path: packets ?? "-", expect: expect, console: console).run(source)
    }
    let request: TraceRequest
    do {
      request = try PacketText(
        from: from, to: to, protocol: `protocol`, port: port, sourcePort: sourcePort, icmpType: icmpType
      ).request(source)
    } catch { throw console.fail(error) }
    let verdict: Verdict
    switch request {
    case .packet(let queries, let icmpType):
      verdict = try trace(queries, icmpType: icmpType, &source, console)
    case .packets(let set):
      verdict = try trace(set, &source, console, within: session.budget)
    }
    if let expect, verdict != expect.verdict { throw Exit.notClean }
  }

  /// Evaluates one packet, between every two endpoints of the given ends.
  private func trace(
    _ queries: [PacketQuery], icmpType: UInt8?, _ source: inout QuerySource, _ console: Console
  ) throws -> Verdict {
    let traces: [PacketTrace]
    do { traces = try source.evaluator.traces(queries) } catch {
      throw console.fail(PacketProblemView.diagnostic(error, source.evaluator.topology, file: source.file))
    }
    let view = TraceView(
      style: console.style, topology: source.evaluator.topology, origins: source.origins)
    let assumptions = AssumptionView(
      &source.evaluator, AssumptionOutcome(traces), exhaustive: allAssumptions || formerAllAssumptions
    ) { evaluator in
      (try? evaluator.traces(queries)).map { AssumptionOutcome($0) } ?? AssumptionOutcome([QueryPart]())
    }
    console.finish(
      assumptions.adding(to: view.document(traces, icmpType: icmpType)),
      lines: view.lines(traces, icmpType: icmpType, assumptions: assumptions.lines))
    return traces.verdict
  }

  /// Evaluates every packet in a set.
  private func trace(
    _ set: PacketQuerySet, _ source: inout QuerySource, _ console: Console, within budget: Budget
  ) throws -> Verdict {
    let parts: [QueryPart]
    do { parts = try source.evaluator.parts(set, separatesBackends: true, within: budget) } catch {
      throw console.fail(PacketProblemView.diagnostic(error, source.evaluator.topology, file: source.file))
    }
    let view = QueryPartsView(style: console.style, topology: source.evaluator.topology)
    let assumptions = AssumptionView(
      &source.evaluator, AssumptionOutcome(parts), exhaustive: allAssumptions || formerAllAssumptions
    ) { evaluator in
      do throws(PacketProblem) { return AssumptionOutcome(try evaluator.parts(set, within: budget)) } catch {
        guard case .tooScattered = error else { return AssumptionOutcome([QueryPart]()) }
        return AssumptionOutcome.undecided
      }
    }
    console.finish(
      assumptions.adding(to: view.document(parts)),
      lines: view.lines(parts, assumptions: assumptions.lines))
    return parts.verdict
  }
}

/// The expected verdict.
enum ExpectedVerdict: String, ExpressibleByArgument, CaseIterable {
  case allow, block, mixed, unknown

  var verdict: Verdict {
    switch self {
    case .allow: .allow
    case .block: .block
    case .mixed: .mixed
    case .unknown: .unknown
    }
  }
}
