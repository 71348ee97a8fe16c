import ArgumentParser
import Diagnostics
import Glibc
import JSONText
import PolicyViews

/// How a command ends that was used incorrectly: a message on standard error, or with `--json` one document
/// on standard output.
struct UsageFailure {
  private let arguments: [String]

  /// - Parameter arguments: The arguments of the program, without its name.
  init(_ arguments: [String]) { self.arguments = arguments }

  /// Ends the program because of an error of the argument parser or of a command.
  func end(_ error: any Error) -> Never {
    let code = Hnsctl.exitCode(for: error)
    guard code == Exit.usage, !(error is ExitCode) else { Hnsctl.exit(withError: error) }
    let parsed = Hnsctl.message(for: error)
    let (message, help) = improved(parsed)
    if isJSON {
      Console.write(Self.document(message, help), to: STDOUT_FILENO)
    } else {
      let text = Hnsctl.fullMessage(for: error)
      let rest = text.hasPrefix("Error: \(parsed)") ? String(text.dropFirst("Error: \(parsed)".count)) : ""
      let shown = message.split(separator: "\n").map { printable(String($0)) }.joined(separator: "\n")
      let line = "Error: \(shown)" + (help.map { "\n  \($0)" } ?? "")
      Console.write([line + rest.trimmingNewlinesAtEnd], to: STDERR_FILENO)
    }
    Glibc.exit(Exit.usage.rawValue)
  }

  /// The document of a wrong use.
  static func document(_ message: String, _ help: String?) -> [UInt8] {
    JSON.object(
      JSONObject([
        .init("formatVersion", 1),
        .init("diagnostics", [DiagnosticView.document(Diagnostic(.wrongUsage, message, help: help))]),
      ])
    ).bytes(.pretty)
  }

  private var isJSON: Bool {
    arguments.contains("--json") || arguments.contains("--format=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == ("--format", "json") }
  }

  /// The message, with a suggestion for a misspelled command.
  private func improved(_ message: String) -> (message: String, help: String?) {
    let commands = Hnsctl.configuration.subcommands.map { $0._commandName }
    guard let word = arguments.first(where: { !$0.hasPrefix("-") }), word == arguments.first,
      word != "help", !commands.contains(word)
    else { return (message, nil) }
    let near = NearMiss.nearest(to: word, among: commands)
    return (
      "there is no command '\(word)'",
      near.map { "did you mean '\($0)'?" } ?? "the commands are \(commands.joined(separator: ", "))"
    )
  }
}

extension String {
  fileprivate var trimmingNewlinesAtEnd: String {
    var text = self[...]
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
