import ArgumentParser
import Diagnostics
import Glibc
import JSONText
import NetworkTypes
import PolicyViews
import SourceReading

/// What a command says of sources in the line that counts them.
struct RecapWords {
  /// Of those with exit code 0.
  var clean = "clean"
  /// Of those with exit code 2.
  var notClean = "not clean"
  /// Of those with any other exit code.
  var failed = "failed"
}

/// A command on each of its sources, several at the same time, reported in the order of the sources.
///
/// One source is reported as if there were no others. Of many, each has its heading, or its element of the JSON
/// document, and the last line counts them. One that fails does not hide the others; the exit code is the gravest.
struct SourceRun {
  private let sources: SourceList
  private let console: Console
  private let options: SourceRunOptions

  /// Finds the sources.
  ///
  /// - Parameters:
  ///   - arguments: The arguments of the command.
  ///   - scope: What the sources can be.
  ///   - options: How many are worked on at the same time, and which are shown.
  ///   - console: Where problems and results are reported.
  init(_ arguments: [String], of scope: SourceScope, _ options: SourceRunOptions, _ console: Console) {
    sources = SourceList(arguments, of: scope, to: console)
    self.console = console
    self.options = options
  }

  /// The paths of the sources.
  var paths: [String] { sources.paths }

  /// What is wrong with arguments that stand for nothing; it is reported.
  var problems: [Diagnostic] { sources.problems }

  /// Whether the result has the shape of many: there can be several sources, or one that is clean is not shown.
  ///
  /// As JSON, one source has its own shape in any case.
  var isMany: Bool { sources.isMany || options.failuresOnly && !console.isJSON }

  /// The work on every source.
  ///
  /// - Parameters:
  ///   - body: Makes the result of a source; called by several threads.
  ///   - take: Called with each result, in order; false stops the work.
  func each<Result: Sendable>(_ body: @escaping @Sendable (String) -> Result, take: (Result) -> Bool) {
    let paths = paths
    OrderedWork(count: paths.count, jobs: options.threads).run({ body(paths[$0]) }) { take($1) }
  }

  /// Ends the command if it works on one source only.
  ///
  /// - Parameters:
  ///   - option: What requires it.
  ///   - command: The command.
  func requireOne(for option: String, of command: String) throws {
    guard !sources.isMany else {
      throw console.wrongUsage("\(option) takes one file, not several or a folder", of: command)
    }
    guard !options.failuresOnly else {
      throw console.wrongUsage("\(option) and --failures-only cannot be combined", of: command)
    }
  }

  /// Runs a command.
  ///
  /// - Parameters:
  ///   - words: What the last line says of many sources.
  ///   - limits: The limits of the work on each source.
  ///   - body: The command on one source.
  /// - Throws: The exit code, unless it is 0.
  func run(
    _ words: RecapWords = RecapWords(), _ limits: BudgetOptions,
    _ body: @escaping @Sendable (String, Session) throws -> Void
  ) throws {
    guard isMany else {
      guard let path = paths.first else { throw console.fail() }
      return try body(path, Session(console: console, budget: limits.make()))
    }
    guard !paths.isEmpty else { throw console.fail() }
    var recap = Recap(failed: problems.count)
    let view = ManySourcesView(console: console)
    let settings = console.settings
    view.begin()
    each { path in
      let console = Console(collecting: settings)
      var code = ExitCode.success
      do { try body(path, Session(console: console, budget: limits.make())) } catch {
        code = Hnsctl.exitCode(for: error)
      }
      return SourceResult(file: path, code: code, collected: console.everything())
    } take: { result in
      recap.add(result.code)
      if !options.failuresOnly || result.code != .success { view.show(result) }
      return true
    }
    view.end(recap, words)
    if recap.code != .success { throw recap.code }
  }
}

/// What came of one of many sources.
private struct SourceResult: Sendable {
  let file: String
  let code: ExitCode
  let collected: Console.Collected
}

/// How many sources ended in which way.
struct Recap {
  private(set) var clean = 0
  private(set) var notClean = 0
  private(set) var failed: Int
  private var isMisused = false

  init(failed: Int) { self.failed = failed }

  mutating func add(_ code: ExitCode) {
    switch code {
    case .success: clean += 1
    case Exit.notClean: notClean += 1
    default: failed += 1
    }
    if code == Exit.usage { isMisused = true }
  }

  /// The exit code of all of them, which is the gravest.
  var code: ExitCode {
    isMisused ? Exit.usage : failed > 0 ? Exit.failed : notClean > 0 ? Exit.notClean : .success
  }

  /// The counts, in one line.
  func line(_ words: RecapWords, of noun: String = "source", _ style: Style) -> String {
    let parts = [(clean, words.clean), (notClean, words.notClean), (failed, words.failed)].filter { $0.0 > 0 }
    let text = parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return style(
      code == .success ? .green : .red, "\(Listing.number(clean + notClean + failed, noun)): \(text)")
  }

  /// The counts as JSON.
  var document: JSON {
    ["clean": .number(clean), "notClean": .number(notClean), "failed": .number(failed)]
  }
}

/// Prints the results of many sources as they come: as text, or as one JSON document.
private final class ManySourcesView {
  private let console: Console
  private var isFirst = true

  init(console: Console) { self.console = console }

  func begin() {
    if console.isJSON { write("{\n  \"formatVersion\": 1,\n  \"sources\": [") }
  }

  func show(_ result: SourceResult) {
    console.add(result.collected)
    guard !console.isJSON else {
      var object = JSONObject([
        .init("file", .string(result.file)), .init("exitCode", .number(result.code.rawValue)),
      ])
      for member in result.collected.document?.object?.members ?? [] where member.key != "formatVersion" {
        object.append(member.key, member.value)
      }
      write(isFirst ? "\n    " : ",\n    ")
      Console.write(JSON.object(object).bytes(prettyAt: 2), to: STDOUT_FILENO)
      isFirst = false
      return
    }
    guard !result.collected.lines.isEmpty else { return }
    console.show([console.style(.bold, "\(printable(result.file)):")])
    // These fit the terminal already, or have to stay as they are.
    Console.write(result.collected.lines + [""], to: STDOUT_FILENO)
  }

  func end(_ recap: Recap, _ words: RecapWords) {
    guard console.isJSON else { return console.show([recap.line(words, console.style)]) }
    write("\(isFirst ? "" : "\n  ")],\n  \"summary\": ")
    Console.write(recap.document.bytes(prettyAt: 1), to: STDOUT_FILENO)
    write(",\n  \"diagnostics\": ")
    Console.write(console.diagnosticsDocument.bytes(prettyAt: 1), to: STDOUT_FILENO)
    write("\n}\n")
  }

  private func write(_ text: String) { Console.write(Array(text.utf8), to: STDOUT_FILENO) }
}
