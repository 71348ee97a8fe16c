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
    guard code == Exit.usage, !(error is ExitCode) else {
      let text = Hnsctl.fullMessage(for: error)
      guard code == .success, !text.isEmpty else { Hnsctl.exit(withError: error) }
      Console.write([HelpText.fitted(text)], to: STDOUT_FILENO)
      Glibc.exit(Hnsctl.exitCode(for: error).rawValue)
    }
    let error = unknownOption(besides: error) ?? error
    let parsed = Hnsctl.message(for: error)
    let (message, help) = improved(parsed)
    if isJSON {
      Console.write(Self.document(message, help), to: STDOUT_FILENO)
    } else {
      let text = Hnsctl.fullMessage(for: error)
      let rest = text.hasPrefix("Error: \(parsed)") ? String(text.dropFirst("Error: \(parsed)".count)) : ""
      let shown = message.split(separator: "\n").map { printable(String($0)) }.joined(separator: "\n")
      let line = "Error: \(shown)" + (help.map { "\n  \($0)" } ?? "")
      Console.write([HelpText.fitted(line + rest.trimmingNewlinesAtEnd)], to: STDERR_FILENO)
    }
    Glibc.exit(Exit.usage.rawValue)
  }

  /// The error of an unknown option, which the argument parser reports only if no argument is missing.
  private func unknownOption(besides error: any Error) -> (any Error)? {
    let isMissing = Hnsctl.message(for: error).hasPrefix("Missing expected argument")
    guard isMissing, let command = arguments.first else { return nil }
    for count in 1...2 {
      let complete = [command] + Array(repeating: "x", count: count) + arguments.dropFirst()
      do { _ = try Hnsctl.parseAsRoot(complete) } catch {
        if Hnsctl.message(for: error).hasPrefix("Unknown option") { return error }
      }
    }
    return nil
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

  /// Rejects `help` for a command that does not exist, which the argument parser answers with the help of the program.
  static func checkHelp(_ arguments: ArraySlice<String>) throws {
    guard arguments.first == "help", let word = arguments.dropFirst().first, !word.hasPrefix("-"),
      word != "help",
      !Hnsctl.configuration.subcommands.contains(where: { $0._commandName == word })
    else { return }
    throw ValidationError("there is no command '\(word)'")
  }

  private var isJSON: Bool {
    arguments.contains("--json") || arguments.contains("--format=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == ("--format", "json") }
  }

  /// The message, with a suggestion for a misspelled command or value.
  private func improved(_ message: String) -> (message: String, help: String?) {
    let commands = Hnsctl.configuration.subcommands.map { $0._commandName }
    let isHelp = arguments.first == "help"
    guard let word = isHelp ? arguments.dropFirst().first : arguments.first, !word.hasPrefix("-"),
      !commands.contains(word)
    else { return (message, Self.nearValue(message).map { "did you mean '\($0)'?" }) }
    let near = NearMiss.nearest(to: word, among: commands)
    return (
      "there is no command '\(word)'",
      near.map { "did you mean '\($0)'?" } ?? "the commands are \(commands.joined(separator: ", "))"
    )
  }

  /// The value that was meant by one that is not in the list of the message.
  private static func nearValue(_ message: String) -> String? {
    // The argument parser has no other way to tell which value was refused, and which are accepted.
    let parts = message.split(separator: ". Please provide one of ", maxSplits: 1)
    let start = "The value '"
    guard parts.count == 2, parts[0].hasPrefix(start), let end = parts[0].firstRange(of: "' is invalid for ")
    else {
      return nil
    }
    let value = String(parts[0][parts[0].index(parts[0].startIndex, offsetBy: start.count)..<end.lowerBound])
    let lines = parts[1].split(separator: "\n").filter { $0.hasPrefix("  - ") }.map {
      String($0.dropFirst(4))
    }
    let quoted = parts[1].split(separator: "'").filter { !$0.contains(" ") && $0 != "," && $0 != "." }
    return NearMiss.nearest(to: value, among: lines.isEmpty ? quoted.map(String.init) : lines)
  }
}

extension String {
  fileprivate var trimmingNewlinesAtEnd: String {
    var text = self[...]
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
