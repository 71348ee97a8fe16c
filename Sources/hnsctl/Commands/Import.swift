import ArgumentParser
import Diagnostics
import HNSEmulator
import HNSStore
import HostAdoption
import HostImport
import HostModel
import JSONText
import PolicyPlan
import PolicyViews
import SourceReading

struct Import: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Import the dumps of a real host as a state or a profile.",
    discussion: HelpText.discussion(
      """
      SOURCE is a file or folder with dumps of one host. Files are recognized by their
      contents, never by their names. These forms are read:

        \(forms)

      Write JSON with ConvertTo-Json -Depth 20. Nothing is guessed: what the sources
      lack is unknown, and so is every verdict that depends on it. The output lists
      what was found, what is unknown and why, what is missing from a capture, and
      what could not be read, which is kept but not evaluated.

      Commands that take a state also take such a file or folder.

      --as-profile writes a profile that describes the host: a plan of it against
      the same sources changes nothing. Endpoints of other owners are adopted by
      their id. What a profile cannot express is listed, and left alone by plans.
      With it, SOURCE can be a state. A file that exists may have been edited, and
      is replaced only with --force.

      --state replaces an existing state and counts its serial number up, so saved
      plans made for it are refused. A file of any other kind is not replaced.

      Examples:
        hnsctl import networks.json endpoints.json --state new.json
        hnsctl import capture/ --windows ltsc2022
        hnsctl import capture.json --as-profile web-node.yaml
      """))

  /// The forms that are read, in the order in which they are looked for.
  private static var forms: String {
    let titles =
      CaptureForms.objects.map(\.title) + CaptureForms.texts.map(\.title) + CaptureForms.files.map(\.title)
    var seen: Set<String> = []
    return titles.filter { seen.insert($0).inserted }.joined(separator: ", ")
  }

  @Argument(help: "Files and folders of one host; - for standard input.", completion: .file())
  var sources: [String]

  @Option(
    help: ArgumentHelp("Write the host to a state file; an existing state is replaced.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var state: FileName?

  @Option(
    help: ArgumentHelp(
      "Write a profile that describes the host; - for standard output.", valueName: "file"),
    completion: .file(extensions: ["yaml"]))
  var asProfile: String?

  @Flag(help: "With --as-profile: replace the file if it exists.")
  var force = false

  @Option(
    help: "The Windows name or build of the host, if the sources do not state it.", completion: .windowsNames)
  var windows: String?

  @OptionGroup var lock: LockOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws {
    try GlobalOptions.checkSources(sources)
    guard !force || asProfile != nil else { throw ValidationError("--force requires --as-profile") }
    guard let asProfile, asProfile != "-" else { return }
    let target = FolderListing.resolved(asProfile)
    if let source = paths.first(where: { FolderListing.resolved($0) == target }) {
      throw ValidationError("--as-profile would overwrite \(source)")
    }
  }

  func run() throws {
    let console = Console(options)
    let session = Session(console: console)
    if let asProfile, asProfile != "-", !force {
      do { try OutputFile.checkReplacing(asProfile) } catch {
        throw console.fail(
          error.diagnostic(asProfile, ifExisting: "name another file, or replace this one with --force"))
      }
    }
    // Standard input is read once only.
    let text = paths == ["-"] ? try session.read("-") : nil
    if let asProfile, state == nil, let source = try stateAmongSources(text, session) {
      let adoption = try adopted(source.service, OwnershipLedger(annotations: source.annotations), console)
      try write(adoption, to: asProfile, ["formatVersion": 1], [], console)
      return
    }
    let host = try session.imported(
      paths, text: text, windows: try windows.map { try console.build($0) }, listsUnread: true)
    let view = ImportView(style: console.style)
    let saved = try state.map { try save(host, to: $0.path, session) }
    guard let asProfile else {
      return console.finish(view.document(host, saved: saved), lines: view.lines(host, saved: saved))
    }
    let adoption = try adopted(host.service, OwnershipLedger(), console)
    try write(
      adoption, to: asProfile, view.document(host, saved: saved), view.lines(host, saved: saved) + [""],
      console)
  }

  /// The sources, with patterns that the shell did not expand replaced by the files.
  private var paths: [String] { PathPattern.expand(sources) }

  /// The only source, if it is a state.
  ///
  /// - Parameter text: What standard input is, if that is the source.
  private func stateAmongSources(_ text: [UInt8]?, _ session: Session) throws -> HostState? {
    let sources = paths
    guard sources.count == 1, text.map(DocumentKind.init) ?? DocumentKind(file: sources[0]) == .state,
      case .host(let host) = try text.map({ try session.source($0, file: "-") }) ?? session.source(sources[0])
    else { return nil }
    return host
  }

  private func adopted(
    _ service: HostNetworkingService, _ ledger: OwnershipLedger, _ console: Console
  ) throws -> HostAdoption {
    let file = asProfile ?? "-"
    let stem = (file.split(separator: "/").last ?? "").prefix { $0 != "." }
    let adoption: HostAdoption
    do throws(HCNError) {
      adoption = try HostAdoption(of: service, ledger: ledger, name: String(stem))
    } catch {
      throw console.fail(Plan.refusal("reading the host", error, file: sources.first))
    }
    if !adoption.remaining.isEmpty {
      console.report([
        Diagnostic(
          .profileInexact, "a plan of the profile against this host is not empty: \(adoption.remaining[0])",
          file: sources.first, help: "look at `hnsctl plan` before an apply")
      ])
    }
    return adoption
  }

  /// Writes the profile, and prints what came of it; with the profile on standard output nothing else.
  private func write(
    _ adoption: HostAdoption, to path: String, _ document: JSON, _ lines: [String], _ console: Console
  ) throws {
    let isFile = path != "-"
    if isFile {
      do { try OutputFile.write(Array(adoption.text.utf8), to: path) } catch {
        throw console.fail(error.diagnostic(path))
      }
    }
    let view = AdoptionView(style: console.style)
    var object = document.object ?? JSONObject()
    object.append("profile", view.document(adoption, file: isFile ? path : nil))
    guard isFile else {
      let text = adoption.text.split(separator: "\n").map(String.init)
      return console.finish(.object(object), verbatim: text)
    }
    console.finish(.object(object), lines: lines + view.lines(adoption, file: path))
  }

  private func save(
    _ host: ImportedHost, to path: String, _ session: Session
  ) throws -> ImportView.SavedState {
    try session.withLock(path, timeout: lock.timeout) { file in
      let former = try session.serial(path)
      let imported = HostState(serial: (former ?? 0) &+ 1, service: host.service)
      do throws(StateFileError) { try file.save(imported) } catch {
        throw session.console.fail(session.stateDiagnostic(error))
      }
      return ImportView.SavedState(file: path, serial: imported.serial, replacedSerial: former)
    }
  }
}
