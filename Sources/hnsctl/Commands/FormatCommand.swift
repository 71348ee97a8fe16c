import ArgumentParser
import Diagnostics
import Glibc
import JSONText
import NetworkTypes
import PolicyViews
import SourceReading
import YAMLSyntax

struct FormatCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Format profiles and test files.",
    discussion: HelpText.discussion(
      """
      Indents by two columns, puts one space between the parts of a line, uses double
      quotes, and removes trailing spaces and repeated empty lines. Lines are neither
      joined nor broken, and comments stay. So do a byte order mark and the line
      endings; of mixed ones, the more frequent is used. The result is parsed again: a
      file is replaced only if every value and comment is the same.

      Examples:
        hnsctl fmt web.yaml
        hnsctl fmt nodes/ --check
        generate-profile | hnsctl fmt -

      Exit codes:
        0   every file is formatted
        1   a file could not be read or written
        2   with --check: a file is not formatted
      """))

  @Argument(
    help: "Profiles, test files, and folders of them; - for standard input, printed on standard output.",
    completion: .file(extensions: ["yaml", "yml"]))
  var files: [String]

  @Flag(help: "Write nothing; exit with code 2 if a file is not formatted.")
  var check = false

  @OptionGroup var many: SourceRunOptions
  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func validate() throws {
    try GlobalOptions.checkSources(files)
    guard !files.contains("-") || files.count == 1 else {
      throw ValidationError("standard input cannot be formatted together with files")
    }
  }

  func run() throws {
    let console = Console(options)
    let run = SourceRun(files, of: .profilesAndTests, many, console)
    let (settings, check, failuresOnly) = (console.settings, check, many.failuresOnly)
    var counts = Counts(failed: run.problems.count)
    var documents: [JSON] = []
    run.each { file in
      let console = Console(collecting: settings)
      let outcome = Self.format(file, check: check, Session(console: console))
      return (file, outcome, console.everything())
    } take: { file, outcome, collected in
      console.add(collected)
      counts.add(outcome)
      if let document = outcome.document(file), !failuresOnly || outcome.isChanged {
        documents.append(document)
      }
      if !console.isJSON, !failuresOnly || outcome.isChanged {
        Console.write(outcome.bytes(file, check: check), to: STDOUT_FILENO)
      }
      return true
    }
    console.finish(
      ["formatVersion": 1, "files": .array(documents)],
      lines: run.isMany ? [counts.line(check: check, console.style)] : [])
    if counts.failed > 0 { throw Exit.failed }
    if check, counts.changed > 0 { throw Exit.notClean }
  }

  private static func format(_ file: String, check: Bool, _ session: Session) -> FormatOutcome {
    guard let bytes = session.bytes(file) else { return .failed }
    let (document, problems) = YAMLDocument.parse(bytes, file: file)
    session.console.report(problems)
    guard document != nil else { return .failed }
    guard StatedKind(bytes) == .profile else {
      session.console.report([
        Diagnostic(
          .wrongKind, "this is not a profile or a file of tests", file: file,
          help: "only files with apiVersion: hnsctl/v1 are formatted")
      ])
      return .failed
    }
    guard let text = YAMLFormatter.format(bytes) else { return .left(file == "-" ? bytes : nil) }
    if file == "-" { return .printed(text, isChanged: text != bytes) }
    guard text != bytes else { return .unchanged }
    guard !check else { return .changed }
    do { try OutputFile.write(text, to: file) } catch {
      session.console.report([error.diagnostic(file)])
      return .failed
    }
    return .changed
  }

  private struct Counts {
    var changed = 0
    var unchanged = 0
    var failed: Int

    init(failed: Int) { self.failed = failed }

    mutating func add(_ outcome: FormatOutcome) {
      if case .failed = outcome {
        failed += 1
      } else if outcome.isChanged {
        changed += 1
      } else {
        unchanged += 1
      }
    }

    func line(check: Bool, _ style: Style) -> String {
      let parts = [
        (changed, check ? "not formatted" : "formatted"), (unchanged, "unchanged"), (failed, "failed"),
      ].filter { $0.0 > 0 }
      let text = parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      return style(
        failed > 0 || check && changed > 0 ? .red : .green,
        "\(Listing.number(changed + unchanged + failed, "file")): \(text)")
    }
  }
}

/// What came of one file.
private enum FormatOutcome: Sendable {
  case failed
  case unchanged
  case changed
  /// Not known to be safe to format; with the text of standard input.
  case left([UInt8]?)
  /// The text for standard output.
  case printed([UInt8], isChanged: Bool)

  var isChanged: Bool {
    switch self {
    case .changed: true
    case .printed(_, let isChanged): isChanged
    case .failed, .unchanged, .left: false
    }
  }

  func document(_ file: String) -> JSON? {
    var object = JSONObject([.init("file", .string(file)), .init("changed", .bool(isChanged))])
    switch self {
    case .failed: return nil
    case .left(let text):
      object.append("left", .bool(true))
      object.append("text", text.map { .string(String(decoding: $0, as: UTF8.self)) })
    case .printed(let text, _): object.append("text", .string(String(decoding: text, as: UTF8.self)))
    case .changed, .unchanged: break
    }
    return .object(object)
  }

  /// What is printed as text.
  func bytes(_ file: String, check: Bool) -> [UInt8] {
    let line =
      switch self {
      case .failed: ""
      case .unchanged: "\(printable(file)): unchanged\n"
      case .changed: "\(printable(file)): \(check ? "not formatted" : "formatted")\n"
      case .left(nil): "\(printable(file)): left as it is, because it cannot be formatted safely\n"
      case .printed(_, true) where check: "-: not formatted\n"
      case .left(let text?), .printed(let text, _):
        check ? "" : String(decoding: text, as: UTF8.self)
      }
    return Array(line.utf8)
  }
}
