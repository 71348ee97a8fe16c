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

/// When peers with the same results are merged.
enum FoldMode: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

struct Matrix: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show which endpoints can reach which, service by service.",
    discussion: HelpText.discussion(
      """
      SOURCE is a state, or a profile that is planned against an empty host and
      applied in memory. The matrix covers its endpoints and pods, the host, services
      as receivers (svc:NAME), the address sets of the profile, and all outside
      addresses. An address set includes only addresses outside the host: those on
      the host and those of load balancers have rows of their own, and loopback
      never leaves its compartment. A cell to a service is what a trace says: mixed
      if some backends can be reached and others cannot. An endpoint behind NAT can be
      reached from outside only through a published port; its cells say whether one
      is published.

      With OTHER, only what differs in verdict from SOURCE to OTHER is shown, and
      the exit code is 2 when there is any difference. A pair means the same as in
      diff: a profile compared with a state is that state after an apply, and two
      profiles are each applied to an empty host.

      Parties with equal results are merged in the text and the page, and so are
      services; --fold always does the same for --json.

      Without --service, the matrix covers every protocol and port that appears in a
      rule or a published port, the rest of TCP and UDP, and ICMP echo.

      Examples:
        hnsctl matrix web.yaml
        hnsctl matrix host.json --to web --service tcp/443,udp/53,icmp
        hnsctl matrix host.json --address-set corp=10.0.0.0/8,192.168.0.0/16
        hnsctl matrix web.yaml --html matrix.html
        hnsctl matrix host.json web.yaml               what would change
        hnsctl matrix nodes/                           each profile of a folder
      """))

  @Argument(
    help: "A state, a profile, a capture, or a folder of profiles or states; - for standard input.",
    completion: .file())
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

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func validate() throws {
    guard source != "-" || other != "-" else { throw ValidationError("only one side can be standard input") }
    try GlobalOptions.checkSources([source, other].compactMap(\.self))
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
    let request = MatrixRequest(from: from, to: to, services: service, addressSets: addressSet)
    let read: MatrixRequest.Read
    do { read = try request.read() } catch { throw console.fail(error) }
    if let other {
      return try compare(source, other, request, read, Session(console: console, budget: limits.make()))
    }
    let run = SourceRun([source], of: .hosts, many, console)
    if html != nil { try run.requireOne(for: "--html", of: "matrix") }
    try run.run(RecapWords(clean: "evaluated"), limits) { source, session in
      try show(source, request, read, session)
    }
  }

  private func show(
    _ source: String, _ request: MatrixRequest, _ read: MatrixRequest.Read, _ session: Session
  ) throws {
    let console = session.console
    var sources = [try QuerySource(source, session: session)]
    let matrix = try matrices(request, read, &sources, session)[0]
    // Without folding every pair of peers is evaluated, so the number of cells is limited first.
    if !isFolding { try checkCellCount(matrix.cellCount, console) }
    let view = MatrixView(
      matrix, source: source, style: console.style, isFolding: isFolding, origins: sources[0].origins)
    if isFolding {
      if options.json { try checkCellCount(view.documentCellCount, console) }
      try checkCellCount(html == nil ? view.textCellCount : view.pageCellCount, console)
    }
    try finish(view.document, view.lines, notes: Self.notes(sources), page: view.page, console)
  }

  private func compare(
    _ source: String, _ other: String, _ request: MatrixRequest, _ read: MatrixRequest.Read,
    _ session: Session
  ) throws {
    let console = session.console
    let comparison = try HostComparison(source, other, session: session)
    let (before, after) = (comparison.before, comparison.after)
    var sources = [
      QuerySource(before.host, file: source, profile: before.profile),
      QuerySource(after.host, file: other, profile: after.profile),
    ]
    let matrices = try matrices(request, read, &sources, session)
    if !isFolding {
      try checkCellCount(
        matrices.map(\.cellCount).max() ?? 0, limit: ReachabilityMatrix.cellLimit, console)
    }
    let difference = MatrixDifference(matrices[0], matrices[1], isFolding: isFolding)
    let view = MatrixDifferenceView(
      difference,
      of: MatrixDifferenceView.Comparison(
        before: source, after: other, meaning: ComparisonTitle(comparison).meaning,
        replaced: comparison.replacedEndpoints), style: console.style)
    try checkCellCount(options.json ? view.count : view.rowCount, console)
    try finish(view.document, view.lines, notes: Self.notes(sources), page: view.page, console)
    if !difference.isEmpty { throw Exit.notClean }
  }

  /// What applies to each of the hosts as a whole.
  private static func notes(_ sources: [QuerySource]) -> [String] {
    sources.compactMap { $0.evaluator.topology.startNote() }
  }

  private static func adding(_ notes: [String], to document: JSON) -> JSON {
    guard !notes.isEmpty, var object = document.object else { return document }
    object.append("notes", .strings(notes))
    return .object(object)
  }

  /// Ends the command when there are too many cells to list.
  private func checkCellCount(_ count: Int, limit: Int = Self.listLimit, _ console: Console) throws {
    guard count > limit else { return }
    throw console.fail(
      Diagnostic(
        .queryTooWide, "the matrix has \(count) cells to list; the limit is \(limit)",
        help: isFolding
          ? "show some receivers at a time with --to NAME, or some services with --service"
          : "merge equal rows and columns with --fold always, or show some receivers at a time with --to NAME"
      ))
  }

  /// Evaluates the matrix of each source; two sources use the same services and address sets, and share the
  /// budget.
  private func matrices(
    _ request: MatrixRequest, _ read: MatrixRequest.Read, _ sources: inout [QuerySource], _ session: Session
  ) throws -> [ReachabilityMatrix] {
    let console = session.console
    var referenced = ReferencedServices()
    var peerLists: [MatrixRequest.Peers] = []
    for index in sources.indices {
      // A name may be unknown to one side.
      let others = sources.indices.filter { $0 != index }.map { sources[$0] }
      do { peerLists.append(try request.peers(of: sources[index], read.sets, others: others)) } catch {
        throw console.fail(error)
      }
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
            referenced: referenced, within: session.budget))
      } catch {
        switch error {
        case .tooLarge(let cells, let limit):
          throw console.fail(
            Diagnostic(
              .queryTooWide, "the matrix would have \(cells) cells to evaluate; the limit is \(limit)",
              help: "evaluate some receivers at a time with --to NAME, or some services with --service"))
        case .packet(let problem):
          throw console.fail(
            PacketProblemView.diagnostic(
              problem, sources[index].evaluator.topology, file: sources[index].file))
        }
      }
    }
    return matrices
  }

  /// Prints the result as text, or writes the page instead.
  private func finish(
    _ document: @autoclosure () -> JSON, _ lines: @autoclosure () -> [String], notes: [String],
    page: @autoclosure () -> [UInt8], _ console: Console
  ) throws {
    guard let html else {
      return console.finish(
        Self.adding(notes, to: document()),
        lines: lines() + notes.flatMap { ["", "Note: \(printable($0))"] })
    }
    guard html != "-" else {
      Console.write(page(), to: STDOUT_FILENO)
      return
    }
    let page = page()
    do throws(OutputFile.Failure) {
      try OutputFile.checkReplacing(html) { Self.isPage($0, like: page) }
      try OutputFile.write(page, to: html)
    } catch { throw console.fail(error.diagnostic(html)) }
    console.finish(Self.adding(notes, to: document()), lines: ["Wrote \(printable(html))."])
  }

  /// Whether a file is a page of this program: all begin alike, before their titles.
  private static func isPage(_ file: String, like page: [UInt8]) -> Bool {
    let beginning = page.prefix { $0 != UInt8(ascii: "'") }
    return (try? ProfileFile.read(file).get())?.starts(with: beginning) == true
  }
}
