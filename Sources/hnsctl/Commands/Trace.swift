import ArgumentParser
import Diagnostics
import FilterEngine
import HostModel
import JSONText
import NetworkTypes
import PolicyViews

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say whether a packet would pass, and which rule decides.",
    discussion: """
      SOURCE is a state, or a profile that is planned against an empty host and applied in memory. Ends
      are addresses, endpoints, containers, pods, containers of pods as pod/container, or host.

      Examples:
        hnsctl trace web.yaml --from 10.1.2.3 --to web --protocol tcp --port 443
        hnsctl trace host.json --from web --to 169.254.169.254 --protocol tcp --port 80
        hnsctl trace host.json --from 203.0.113.7 --to host --protocol tcp --port 8080   a published port
        hnsctl trace host.json --from 10.1.2.3 --to web --protocol icmp --expect allow
      """)

  @Argument(help: "A state or a profile; - for standard input.", completion: .file())
  var source: String

  @Option(help: "Who sends the packet.")
  var from: String

  @Option(help: "Whom it is sent to.")
  var to: String

  @Option(name: .customLong("protocol"), help: "The IP protocol: a name or a number from 1 to 255.")
  var `protocol`: String

  @Option(help: "The destination port.")
  var port: String?

  @Option(help: "The source port; 49152 when absent.")
  var sourcePort: String?

  @Option(help: "The ICMP type; echo request when absent.")
  var icmpType: UInt8?

  @Option(help: "The verdict that is expected; another one ends with exit code 2.")
  var expect: RuleAction?

  @Flag(help: "Say whether the verdict is the same under every value of the host's switches.")
  var allSwitches = false

  @OptionGroup var options: GlobalOptions

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    var judged = try JudgedSource(source, session: session)
    let (trace, type) = try judge(&judged, console)
    _ = (trace, type)
  }

  private func judge(
    _ judged: inout JudgedSource, _ console: Console
  ) throws -> (PacketTrace, UInt8?) {
    fatalError()
  }
}

extension RuleAction: ExpressibleByArgument {}
