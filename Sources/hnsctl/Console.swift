import ArgumentParser
import Diagnostics
import Glibc
import HostModel
import JSONText
import PacketSpace
import PolicyViews
import SourceReading

/// When text is colored.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
  @Flag(name: .long, help: "Print exactly one JSON document on standard output.")
  var json = false

  @Option(name: .long, help: "When to use color: auto means only on a terminal. NO_COLOR is honored.")
  var color: ColorChoice = .auto

  @Flag(help: "Exit with code 0 instead of 2 where the result is not clean.")
  var exitZero = false

  @OptionGroup var assumptions: AssumptionOptions

  /// Rejects `--json` together with any other format.
  func check(format: String?) throws {
    guard json, let format, format != "json" else { return }
    throw ValidationError("--json cannot be combined with --format \(format)")
  }

  /// Rejects standard input that is given more than once, and names that are empty, as of a variable that is not set.
  static func checkSources(_ paths: [String]) throws {
    guard paths.count(where: { $0 == "-" }) <= 1 else {
      throw ValidationError("standard input can be given only once")
    }
    guard !paths.contains("") else { throw ValidationError("the name of a file is empty") }
  }

  /// The options of a command whose format says whether JSON is printed.
  func printing(json: Bool) -> GlobalOptions {
    var options = self
    options.json = json
    return options
  }
}

/// A command with the options that every command takes.
protocol HnsctlCommand: ParsableCommand {
  var options: GlobalOptions { get }
}

/// The options that limit proofs and comparisons.
///
/// Commands that have none accept and hide them, so that a script can pass them to every command.
struct BudgetOptions: ParsableArguments {
  @Option(
    name: .customLong("budget"), parsing: .unconditional,
    help: ArgumentHelp(
      "Limit on the steps of all packet proofs and comparisons together; \(Budget.standardLimit) by default.",
      valueName: "steps"),
    transform: OptionValue.number(1...Int.max))
  var steps: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Time limit for all packet proofs and comparisons together.", valueName: "seconds"),
    transform: OptionValue.seconds(canBeZero: false))
  var timeLimit: Double?

  /// Makes the budget of all proofs and comparisons of the command; its time begins now.
  func make() -> Budget { Self.make(steps: steps, seconds: timeLimit) }

  /// Makes a budget whose time begins now.
  static func make(steps: Int?, seconds: Double?) -> Budget {
    let steps = steps ?? Budget.standardLimit
    guard let seconds else { return Budget(nodes: steps) }
    return Budget(nodes: steps, seconds: seconds) {
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
  }
}

/// The exit codes of commands.
enum Exit {
  static let failed = ExitCode(1)
  /// The command ran and found differences, findings or failures.
  static let notClean = ExitCode(2)
  static let usage = ExitCode(64)
}

/// Where output goes: results to standard output, messages to standard error, and with
/// `--json` one document to standard output and nothing else.
final class Console {
  /// How results and messages are printed.
  struct Settings: Sendable {
    let isJSON: Bool
    let style: Style
    fileprivate let errorStyle: Style
    /// The assumptions that the user specified.
    let assumed: [(key: Assumption, value: String)]
  }

  /// What a console that only collects was given.
  struct Collected: Sendable {
    /// The diagnostics.
    var diagnostics: [Diagnostic]
    /// The diagnostics as text with excerpts; empty with `--json`.
    var messages: [String]
    /// The result as text.
    var lines: [String]
    /// The result as JSON.
    var document: JSON?
  }

  let settings: Settings
  /// Whether everything is only collected, not printed.
  private let isSilent: Bool
  /// The source texts that diagnostics quote, by file name.
  private(set) var sources: [String: [UInt8]] = [:]
  /// The diagnostics reported so far.
  private(set) var collected: [Diagnostic] = []
  /// The result, if it is only collected.
  private var lines: [String] = []
  private var document: JSON?

  var isJSON: Bool { settings.isJSON }
  var style: Style { settings.style }
  var assumed: [(key: Assumption, value: String)] { settings.assumed }

  init(_ options: GlobalOptions) {
    isSilent = false
    settings = Settings(
      isJSON: options.json, style: Style(Terminal(STDOUT_FILENO), options.color),
      errorStyle: Style(Terminal(STDERR_FILENO), options.color), assumed: options.assumptions.list)
    if !isJSON { ProgressLine.start() }
    if options.assumptions.usesFormerName { reportRenamed("--switch", to: "--assume") }
  }

  /// Notes that an option was given by its old name.
  func reportRenamed(_ option: String, to name: String) {
    report([
      Diagnostic(.renamed, "\(option) is the old name of \(name)", file: nil, help: "write \(name)")
    ])
  }

  /// Creates a console that only collects, for work that is reported later.
  init(collecting settings: Settings) {
    self.settings = settings
    isSilent = true
  }

  /// What was collected.
  ///
  /// - Parameter isReported: Which diagnostics to include.
  func everything(_ isReported: (Diagnostic) -> Bool = { _ in true }) -> Collected {
    let diagnostics = collected.filter(isReported)
    return Collected(
      diagnostics: diagnostics, messages: isJSON ? [] : text(of: diagnostics), lines: lines,
      document: document)
  }

  /// Reports the diagnostics that another console collected.
  func add(_ other: Collected) {
    collected += other.diagnostics
    if !isJSON, !isSilent { Self.write(other.messages, to: STDERR_FILENO) }
  }

  /// Makes a text available for excerpts.
  func remember(_ bytes: [UInt8], as file: String) { sources[file] = bytes }

  /// Releases a text that will not be quoted again.
  func forget(_ file: String) { sources[file] = nil }

  /// Reports diagnostics: immediately as text, or in the final JSON document.
  func report(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    collected += diagnostics
    guard !isJSON, !isSilent else { return }
    Self.write(text(of: diagnostics), to: STDERR_FILENO)
  }

  private func text(of diagnostics: [Diagnostic]) -> [String] {
    guard !diagnostics.isEmpty else { return [] }
    let files = Set(diagnostics.compactMap(\.file))
    let texts = sources.filter { files.contains($0.key) }.mapValues { SourceText($0) }
    let view = DiagnosticView(style: settings.errorStyle, sources: texts)
    return settings.errorStyle.fitted(diagnostics.flatMap(view.lines))
  }

  /// The diagnostics reported so far, as JSON.
  var diagnosticsDocument: JSON { .array(collected.map(DiagnosticView.document)) }

  /// Prints a part of the result, in the width of the terminal, before the rest is known; nothing with `--json`.
  func show(_ lines: [String]) {
    if !isJSON { Self.write(style.fitted(lines), to: STDOUT_FILENO) }
  }

  /// Prints the result: lines of text in the width of the terminal, or one JSON document that includes the
  /// diagnostics.
  func finish(_ document: @autoclosure () -> JSON, lines: @autoclosure () -> [String]) {
    finish(document(), verbatim: style.fitted(lines()))
  }

  /// Prints the result: lines of text that stay as they are, because they are formatted like another tool's
  /// or are read by one, or one JSON document that includes the diagnostics.
  func finish(_ document: @autoclosure () -> JSON, verbatim lines: @autoclosure () -> [String]) {
    guard !isSilent else {
      if isJSON { self.document = document() } else { self.lines += lines() }
      return
    }
    guard isJSON else {
      Self.write(lines(), to: STDOUT_FILENO)
      return
    }
    guard case .object(var object) = document() else { return }
    object["diagnostics"] = diagnosticsDocument
    JSON.object(object).sendPretty { Self.write($0, to: STDOUT_FILENO) }
  }

  /// As ``finish(_:lines:)``, with a document that is made as it is written.
  func finish(_ document: @autoclosure () -> LongJSON, lines: @autoclosure () -> [String]) {
    guard isJSON else {
      Self.write(style.fitted(lines()), to: STDOUT_FILENO)
      return
    }
    guard case .object(var members) = document() else { return }
    members.append(("diagnostics", .value(diagnosticsDocument)))
    LongJSON.object(members).sendPretty { Self.write($0, to: STDOUT_FILENO) }
  }

  /// Ends the command after reported errors.
  func fail() -> ExitCode {
    if isJSON, !isSilent {
      Self.write(
        JSON.object(JSONObject([.init("formatVersion", 1), .init("diagnostics", diagnosticsDocument)]))
          .bytes(.pretty), to: STDOUT_FILENO)
    }
    return Exit.failed
  }

  /// Reports a diagnostic and ends the command.
  func fail(_ diagnostic: Diagnostic) -> ExitCode {
    report([diagnostic])
    return fail()
  }

  /// Prints a line on standard error that is not a diagnostic.
  func say(_ line: String) {
    if !isJSON, !isSilent { Self.write(settings.errorStyle.fitted([line]), to: STDERR_FILENO) }
  }

  /// Reports what is wrong with the arguments, and ends the command.
  func fail(_ problems: ArgumentProblems) -> ExitCode {
    report(problems.diagnostics)
    return fail()
  }

  /// Ends a command that was used incorrectly.
  func wrongUsage(_ reason: String, of command: String) -> ExitCode {
    if isJSON {
      Self.write(UsageFailure.document(reason, nil), to: STDOUT_FILENO)
      return Exit.usage
    }
    Self.write(
      settings.errorStyle.fitted([
        "Error: \(reason)", "  See 'hnsctl \(command) --help' for more information.",
      ]),
      to: STDERR_FILENO)
    return Exit.usage
  }

  static func write(_ lines: [String], to descriptor: Int32) {
    guard !lines.isEmpty else { return }
    var bytes: [UInt8] = []
    for line in lines {
      bytes += line.utf8
      bytes.append(0x0a)
      if bytes.count >= 1 << 16 {
        guard write(bytes, to: descriptor) else { return }
        bytes.removeAll(keepingCapacity: true)
      }
    }
    write(bytes, to: descriptor)
  }

  /// Writes everything, and returns whether the reader is still there.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    if descriptor == STDOUT_FILENO { ProgressLine.end() }
    ProgressLine.hide()
    defer { ProgressLine.unhide() }
    return bytes.withUnsafeBytes { buffer in
      var start = 0
      while start < buffer.count {
        guard let base = buffer.baseAddress else { return true }
        let written = Glibc.write(descriptor, base + start, buffer.count - start)
        if written < 0 {
          if errno == EINTR { continue }
          // A reader that closed the pipe is not an error; the command keeps its own exit code.
          if errno == EPIPE { return false }
          // Any other failed write is an error, even when it cannot be reported.
          let reason = String(cString: strerror(errno))
          if descriptor != STDERR_FILENO {
            write(["error: cannot write the output: \(reason)"], to: STDERR_FILENO)
          }
          exit(Exit.failed.rawValue)
        }
        start += written
      }
      return true
    }
  }
}

extension Console: SourceReport {
  func end() -> any Error { fail() }

  func begins(_ file: String) { ProgressLine.begins(file) }
}

/// How commands read their sources.
typealias Session = SourceReader<Console>
