import ArgumentParser
import Diagnostics
import Glibc
import HNSEmulator
import HNSServer
import HNSService
import HNSStore
import JSONText
import NetworkTypes
import PolicyViews
import SourceReading

struct Serve: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve an emulated host to HNS clients over HTTP.",
    discussion: HelpText.discussion(
      """
      Prints one line when it is ready. SIGINT or SIGTERM stops it after the calls
      in flight are done. Every HCN function is a route, and the HNS v1 paths are
      the original ones; GET /openapi.json describes them all.

      A new host is a usable node without any options: it has the address
      \(HostConfiguration.nodeAddress), the DNS server \(HostConfiguration.nodeDNSServer) and any adapter, and a network that does not name
      one gets Ethernet, or else Ethernet 2 and so on. An endpoint's rules take effect when a container
      of its namespace starts; --auto-start does that at once. A server is one host, as a
      node is: start one for each of several.

        curl -X POST '127.0.0.1:8650/hcn/HcnEnumerateNetworks'

      A latency is [CALL=]20ms, [CALL=]10ms..50ms or [CALL=]exp:20ms; a fault is
      CALL:nth=N:WHAT or CALL:every=N:WHAT, and WHAT is code=CODE, half,
      half:code=CODE or hang. CALL is a function such as HcnCreateEndpoint, or
      HNSCall, or * for all.

      Examples:
        hnsctl serve
        hnsctl serve --port 0 --windows ltsc2019 --adapter Ethernet
        hnsctl serve --state host.json
        hnsctl serve --latency 5ms..20ms --latency HNSCall=exp:50ms
        hnsctl serve --fault HcnCreateEndpoint:nth=3:code=0x803b0013
        hnsctl serve --openapi > openapi.json
      """))

  @Option(
    parsing: .unconditional, help: "The port to listen on; 0 picks any free port.",
    transform: OptionValue.number(0...UInt16.max))
  var port = ServerConfiguration.standardPort

  @Option(
    help: ArgumentHelp(
      "The address to listen on; any address except loopback needs a token.", valueName: "ip"),
    transform: EmulatedHostOptions.address)
  var address = ServerConfiguration.loopback

  @Option(help: "The token that clients must send; HNSCTL_TOKEN keeps it out of process lists.")
  var token: String?

  @OptionGroup var host: EmulatedHostOptions

  @Option(
    help: ArgumentHelp(
      "Keep the host in a state file, with a journal of calls next to it; created if it does not exist.",
      valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: FileName?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many seconds to wait while another process writes the state.", valueName: "seconds"),
    transform: OptionValue.seconds(upTo: Serve.longest))
  var lockTimeout: Double = 0

  @Option(
    name: .customLong("management-ip-delay"), parsing: .unconditional,
    help: ArgumentHelp(
      "How long l2bridge and overlay networks wait for their management address; 0.5 by default.",
      valueName: "seconds"),
    transform: OptionValue.seconds(upTo: Serve.longest))
  var managementIPDelay: Double?

  @Option(
    name: .customLong("settle"), parsing: .unconditional, help: .hidden,
    transform: OptionValue.seconds(upTo: Serve.longest))
  var formerManagementIPDelay: Double?

  @Flag(
    help: """
      Open the compartment of a namespace with its first endpoint, as if a container runtime had started a \
      container. A state keeps this.
      """)
  var autoStart = false

  @Option(help: ArgumentHelp("Delay calls.", valueName: "latency"))
  var latency: [String] = []

  @Option(help: ArgumentHelp("Make calls fail.", valueName: "fault"))
  var fault: [String] = []

  @Option(
    help: ArgumentHelp("Log every request to a file; - for standard error.", valueName: "file"),
    completion: .file())
  var log: String?

  @Flag(help: "Print the OpenAPI description and exit.")
  var openapi = false

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws {
    if let token = Self.token(token), !Self.isUsable(token) {
      throw ValidationError("a token is 1 to 1,000 visible ASCII characters without spaces")
    }
    guard address.isLoopback || Self.token(token) != nil else {
      throw ValidationError(
        "\(address) is not loopback: give a token with --token or HNSCTL_TOKEN, or listen on 127.0.0.1"
      )
    }
    guard log?.isEmpty != true else { throw ValidationError("--log needs a file") }
    guard !isLogInState else { throw ValidationError("--log would overwrite the state or a file beside it") }
    guard managementIPDelay == nil || formerManagementIPDelay == nil else {
      throw ValidationError("--settle is the old name of --management-ip-delay: give only one")
    }
    guard state != nil || lockTimeout == 0 else { throw ValidationError("--lock-timeout requires --state") }
    do { _ = try faultInjection() } catch { throw ValidationError(error.description) }
  }

  /// Whether the log would be written to the state, its journal or its lock.
  private var isLogInState: Bool {
    guard let state, let log, let file = FileName(argument: log) else { return false }
    let target = Self.absolute(FolderListing.resolved(state.path))
    return ["", ".journal", ".lock"].contains { ending in
      Self.absolute(log) == target + ending || file.isSameFile(as: target + ending)
    }
  }

  /// The path of a file that need not exist, in its folder without links.
  private static func absolute(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "\(FolderListing.resolved("."))/\(path)" }
    return "\(FolderListing.resolved(String(path[...slash])))/\(path[path.index(after: slash)...])"
  }

  /// The longest wait that can be requested, in seconds: one day.
  private static let longest: Double = 86_400

  func run() throws {
    let console = Console(options)
    if openapi {
      let document = OpenAPIDocument.document(version: Hnsctl.version)
      Console.write(document.bytes(.pretty), to: STDOUT_FILENO)
      return
    }
    var configuration = ServerConfiguration(
      address: address, port: port, token: Self.token(token), version: Hnsctl.version)
    configuration.limits.connections = min(
      configuration.limits.connections, max(16, DescriptorLimit.raise() - 64))
    configuration.log = try requestLog(console)
    let session = Session(console: console)
    let service = try service(session)
    var signals = StopSignals()
    let server: HTTPServer
    do {
      server = try HTTPServer(configuration, service: service, faultInjection: try faultInjection())
    } catch {
      guard let error = error as? ServerError else { throw error }
      throw console.fail(Self.diagnostic(error))
    }
    console.finish(
      ["formatVersion": 1, "address": .string(server.address)], lines: ["listening on \(server.address)"])
    signals.wait()
    server.close()
    do throws(StateFileError) { try service.close() } catch {
      throw console.fail(session.stateDiagnostic(error))
    }
  }

  /// The service to serve: that of the state file if there is one.
  private func service(_ session: Session) throws -> SharedService {
    let configuration = try host.configuration(session.console, startsContainers: autoStart)
    if formerManagementIPDelay != nil {
      session.console.reportRenamed("--settle", to: "--management-ip-delay")
    }
    let delay = Int((managementIPDelay ?? formerManagementIPDelay ?? 0.5) * 1_000)
    guard let state else {
      return SharedService(HostNetworkingService(configuration.asNode), managementIPDelay: delay)
    }
    let build = try host.build(session.console)
    do throws(StateFileError) {
      return try SharedService(
        opening: StateFile(path: state.path), configuration: configuration,
        newHost: configuration.asNode, build: build,
        managementIPDelay: delay,
        since: Session.now(), lockTimeout: Int(lockTimeout * 1_000),
        report: { Self.warn(Session.diagnostic(of: $0)) })
    } catch { throw session.console.fail(session.stateDiagnostic(error)) }
  }

  /// Reports an error; the service keeps running.
  private static func warn(_ diagnostic: Diagnostic) {
    let view = DiagnosticView(style: .plain, sources: [:])
    Console.write(view.lines(diagnostic), to: STDERR_FILENO)
  }

  private func faultInjection() throws(PlanTextError) -> FaultInjection {
    FaultInjection(latency: try LatencyPlan(latency, seed: host.seed), faults: try FaultPlan(fault))
  }

  private func requestLog(_ console: Console) throws -> RequestLog? {
    guard let log else { return nil }
    do throws(RequestLogFile.Failure) {
      return try RequestLogFile.open(log, isJSON: options.json)
    } catch {
      throw console.fail(
        Diagnostic(.fileNotWritten, "the file cannot be written: \(error.reason.lowercased())", file: log))
    }
  }

  /// The token from the option, or else from the environment.
  private static func token(_ option: String?) -> String? {
    option ?? getenv("HNSCTL_TOKEN").map { String(cString: $0) }
  }

  private static func isUsable(_ token: String) -> Bool {
    (1...1_000).contains(token.utf8.count) && token.utf8.allSatisfy { (0x21...0x7e).contains($0) }
  }

  private static func diagnostic(_ error: ServerError) -> Diagnostic {
    let help =
      switch error.reason {
      case .portInUse: "stop the program listening there, or use another port: --port 0 picks any free port"
      case .notPermitted: "use port 1024 or higher: --port 0 picks any free port"
      case .foreignAddress: "give an address of this machine, or listen on 127.0.0.1"
      case .other: "use another address or port"
      }
    return Diagnostic(.cannotListen, "cannot listen on \(error.address): \(error.text)", help: help)
  }
}
