import ArgumentParser
import Diagnostics
import FilterEngine
import Glibc
import JSONText
import NetworkProfile
import NetworkTypes
import PacketSpace
import PolicyViews
import Reachability
import SourceReading

extension QuerySource {
  /// Every name that a peer can have.
  fileprivate var peerNames: [String] { directory.names + (profile?.addressSets ?? []).map(\.name.value) }
}

/// When peers with the same results are merged.
enum FoldMode: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

struct Matrix: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which endpoints can reach which, service by service.",
    discussion: """
      SOURCE is a state, or a profile that is planned against an empty host and
      applied in memory. The matrix covers its endpoints and pods, the host, the
      address sets of the profile, and all outside addresses. An address set
      includes only addresses outside the host; addresses on the host have rows of
      their own. With OTHER, only the differences from SOURCE to OTHER are shown,
      and the exit code is 2 when there are any.

      Without --service, the matrix covers every protocol and port that appears in a
      rule or a published port, the rest of TCP and UDP, and ICMP echo.

      Examples:
        hnsctl matrix web.yaml
        hnsctl matrix host.json --to web --service tcp/443,udp/53,icmp
        hnsctl matrix host.json --address-set corp=10.0.0.0/8,192.168.0.0/16
        hnsctl matrix web.yaml --html matrix.html
        hnsctl matrix host.json web.yaml               what would change
      """)

  @Argument(help: "A state or a profile; - for standard input.", completion: .file())
  var source: String

  @Argument(help: "A state or a profile to compare with.", completion: .file())
  var other: String?

  @Option(help: ArgumentHelp("Only these senders, separated by commas.", valueName: "name,..."))
  var from: [String] = []

  @Option(help: ArgumentHelp("Only these receivers, separated by commas.", valueName: "name,..."))
  var to: [String] = []

  @Option(help: ArgumentHelp("Only these services, such as tcp/443,udp/53,icmp.", valueName: "service,..."))
  var service: [String] = []

  @Option(help: ArgumentHelp("An additional address set to include.", valueName: "name=address,..."))
  var addressSet: [String] = []

  @Option(
    help: ArgumentHelp("Write a self-contained HTML page; - for standard output.", valueName: "file"),
    completion: .file())
  var html: String?

  @Option(help: "When to merge parties with the same results; auto merges unless --json is given.")
  var fold: FoldMode = .auto

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    guard source != "-" || other != "-" else { throw ValidationError("only one side can be standard input") }
    guard let html else { return }
    guard !html.isEmpty else { throw ValidationError("--html needs a file") }
    guard html != "-" || !options.json else {
      throw ValidationError("--json and --html - both take standard output: give --html a file name")
    }
    for input in [source, other].compactMap(\.self)
    where FileName(argument: html)?.isSameFile(as: input) ?? false {
      throw ValidationError("--html would overwrite \(input)")
    }
  }

  /// The most cells to list.
  private static let listLimit = 500_000

  private var isFolding: Bool { fold == .always || fold == .auto && !options.json }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console, budget: options.makeBudget())
    let request = MatrixRequest(from: from, to: to, services: service, addressSets: addressSet)
    var sources = try [source, other].compactMap(\.self).map { try QuerySource($0, session: session) }
    let matrices: [ReachabilityMatrix]
    do { matrices = try Self.matrices(request, &sources, within: session.budget) } catch {
      throw console.fail(error)
    }
    let notes = sources.compactMap { $0.evaluator.topology.startNote() }
    // Without folding every pair of peers is evaluated, so the number of cells is limited first.
    let limit = other == nil ? Self.listLimit : ReachabilityMatrix.cellLimit
    if !isFolding { try checkCellCount(matrices.map(\.cellCount).max() ?? 0, limit, console) }
    if let other {
      let difference = MatrixDifference(matrices[0], matrices[1], isFolding: isFolding)
      let view = MatrixDifferenceView(difference, before: source, after: other, style: console.style)
      try checkCellCount(difference.changes.count, Self.listLimit, console)
      try finish(
        Self.adding(notes, to: view.document), view.lines + notes.flatMap { ["", "Note: \(printable($0))"] },
        page: view.page, console)
      if !difference.changes.isEmpty { throw Exit.notClean }
    } else {
      let view = MatrixView(matrices[0], source: source, style: console.style, isFolding: isFolding)
      try checkCellCount(view.cellCount, Self.listLimit, console)
      try finish(
        Self.adding(notes, to: view.document), view.lines + notes.flatMap { ["", "Note: \(printable($0))"] },
        page: view.page, console)
    }
  }

  private static func adding(_ notes: [String], to document: JSON) -> JSON {
    guard !notes.isEmpty, var object = document.object else { return document }
    object.append("notes", .strings(notes))
    return .object(object)
  }

  /// Ends the command when there are too many cells to list.
  private func checkCellCount(_ count: Int, _ limit: Int, _ console: Console) throws {
    guard count > limit else { return }
    throw console.fail(
      Diagnostic(
        .queryTooWide, "the matrix has \(count) cells to list; the limit is \(limit)",
        file: source, help: "use --fold always, or narrow the matrix with --from, --to or --service"))
  }

  /// Evaluates the matrix of each source; two sources use the same services, and share the budget.
  private static func matrices(
    _ request: MatrixRequest, _ sources: inout [QuerySource], within budget: Budget
  ) throws(Diagnostic) -> [ReachabilityMatrix] {
    let read = try request.read()
    var referenced = ReferencedServices()
    var peerLists: [(peers: [MatrixPeer], onHostAddresses: AddressSet)] = []
    for index in sources.indices {
      // A name may be unknown to one side.
      let others = sources.indices.filter { $0 != index }.flatMap { sources[$0].peerNames }
      peerLists.append(try request.peers(of: sources[index], read.sets, others: Set(others)))
      referenced.add(&sources[index].evaluator, peerLists[index].peers)
    }
    let services = read.services.isEmpty ? referenced.services : read.services
    var matrices: [ReachabilityMatrix] = []
    for index in sources.indices {
      do {
        matrices.append(
          try ReachabilityMatrix(
            &sources[index].evaluator, peerLists[index].peers,
            onHostAddresses: peerLists[index].onHostAddresses,
            services: services,
            referenced: referenced, within: budget))
      } catch {
        switch error {
        case .tooLarge(let cells, let limit):
          throw Diagnostic(
            .queryTooWide, "the matrix would have \(cells) cells to evaluate; the limit is \(limit)",
            file: sources[index].file, help: "narrow the matrix with --from, --to or --service")
        case .packet(let problem):
          throw PacketProblemView.diagnostic(
            problem, sources[index].evaluator.topology, file: sources[index].file)
        }
      }
    }
    return matrices
  }

  /// Prints the result as text, or writes the page instead.
  private func finish(
    _ document: @autoclosure () -> JSON, _ lines: @autoclosure () -> [String],
    page: @autoclosure () -> [UInt8], _ console: Console
  ) throws {
    guard let html else { return console.finish(document(), lines: lines()) }
    guard html != "-" else {
      Console.write(page(), to: STDOUT_FILENO)
      return
    }
    do { try OutputFile.write(page(), to: html) } catch {
      throw console.fail(
        Diagnostic(.fileNotWritten, "cannot write the page: \(error.reason)", file: html))
    }
    console.finish(document(), lines: ["Wrote \(printable(html))."])
  }
}
