import ArgumentParser
import Diagnostics
import HNSStore
import HostImport
import HostModel
import PolicyViews
import SourceReading

struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import the dumps of a real host as a state.",
    discussion: """
      SOURCE is a file or folder with dumps of one host. The content of a file decides
      what it is, never its name. These forms are read:

      \(forms)

      Write JSON with ConvertTo-Json -Depth 20. Nothing is guessed: what the sources
      lack is unknown, and so is every verdict that depends on it. The output lists
      what was found, what is unknown and why, and what could not be read, which is
      kept as it is.

      Commands that take a state also take such a file or folder.

      Examples:
        hnsctl import networks.json endpoints.json --state new.json
        hnsctl import capture/ --windows ltsc2022
      """)

  /// The forms that are read, in the order in which they are looked for.
  private static var forms: String {
    let titles =
      CaptureForms.objects.map(\.title) + CaptureForms.texts.map(\.title) + CaptureForms.files.map(\.title)
    var seen: Set<String> = []
    let list = titles.filter { seen.insert($0).inserted }.joined(separator: ", ")
    return WrappedText.lines(list, indent: "  ", hanging: "  ").joined(separator: "\n")
  }

  @Argument(help: "Files and folders of one host; - for standard input.", completion: .file())
  var sources: [String]

  @Option(
    help: ArgumentHelp("Write the host to a state file; an existing state is replaced.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: FileName?

  @Option(help: "The Windows name or build of the host, if the sources do not state it.")
  var windows: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many seconds to wait while another process writes the state.", valueName: "seconds"),
    transform: OptionValue.seconds())
  var lockTimeout: Double = 0

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws { try GlobalOptions.checkStandardInput(sources) }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    let host = try session.imported(
      sources, windows: try windows.map { try console.build($0) }, listsUnread: true)
    if let state { try save(host, to: state.path, session) }
    let view = ImportView(style: console.style)
    console.finish(view.document(host), lines: view.lines(host, state: state?.path))
  }

  private func save(_ host: ImportedHost, to path: String, _ session: Session) throws {
    try session.withLock(path, timeout: lockTimeout) { file in
      let serial = try session.state(path)?.serial ?? 0
      let imported = HostState(serial: serial &+ 1, service: host.service)
      do throws(StateFileError) { try file.save(imported) } catch {
        throw session.console.fail(session.stateDiagnostic(error))
      }
    }
  }
}
