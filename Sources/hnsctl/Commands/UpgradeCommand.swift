import ArgumentParser
import Diagnostics
import HostModel
import JSONText
import NetworkProfile
import NetworkTypes
import PolicyPlan
import PolicyViews
import SourceReading

struct UpgradeCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "upgrade",
    abstract: "Show which packets change verdict on another Windows build, and what is refused there.",
    discussion: HelpText.discussion(
      """
      Moves the HNS documents of a host to another build, newer or older, without
      translating them, and compares every packet: which ones change verdict and why,
      which documents the service refuses there, and which assumptions the answer
      rests on. Where the sources disagree about what no ACL matches (implicitDeny),
      both readings are shown. A profile means the host that it creates. The exit
      code is 2 when a verdict changes or a document is refused.

      Examples:
        hnsctl upgrade host.json --to ltsc2025
        hnsctl upgrade web.yaml --to 26100.32690
        hnsctl upgrade web.yaml --to ltsc2019 --json
        hnsctl upgrade nodes/ --to ltsc2025 --failures-only
      """))

  @Argument(
    help: "Profiles, states, captures of real hosts, and folders of them; - for standard input.",
    completion: .file())
  var sources: [String]

  @Option(
    help: ArgumentHelp(
      "The other build: a Windows name (1607 to ltsc2025) or BUILD[.REVISION].", valueName: "name"),
    completion: .windowsNames)
  var to: String

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup var limits: BudgetOptions

  func validate() throws { try GlobalOptions.checkSources(sources) }

  func run() throws {
    let console = Console(options)
    let build = try console.build(to, of: "--to")
    try SourceRun(sources, of: .hosts, many, console)
      .run(RecapWords(clean: "without changes", notClean: "with changes"), limits) { source, session in
        try Self.show(source, movedTo: build, session)
      }
  }

  private static func show(_ source: String, movedTo build: WindowsBuild, _ session: Session) throws {
    let console = session.console
    let moved = try session.upgrade(source, to: build)
    let upgrade = moved.upgrade
    if upgrade.from == build {
      console.report([
        Diagnostic(
          .sameWindows, "\(printable(source)) is on Windows \(build) already", file: source,
          help: "name another build with --to")
      ])
    }
    console.report(
      moved.warnings.map { warning in
        var warning = warning
        warning.message = "on Windows \(build), \(warning.message)"
        return warning
      })
    console.report(upgrade.undecided.map { $0.diagnostic(file: source) })
    let view = UpgradeView(
      upgrade, file: source, style: console.style, origins: moved.origins, location: moved.location,
      problems: moved.problems, remedy: moved.remedy)
    guard upgrade.undecided.isEmpty else {
      // With no known change there is nothing to show, but "no changes" would not be true either.
      guard var document = view.document.object else { throw console.fail() }
      UndecidedPackets.append(upgrade.undecided, to: &document)
      console.finish(.object(document), lines: view.isNone ? [] : view.lines)
      throw Exit.failed
    }
    console.finish(view.document, lines: view.lines)
    if !view.isNone { throw Exit.notClean }
  }
}
