import Foundation
import Testing

/// What a command says while it works.
@Suite struct ProgressTests {
  /// The profile comes only after the terminal shows that the command waits for it.
  @Test func aTerminalShowsWhatTakesLong() throws {
    let workspace = try Workspace()
    let pipe = Pipe()
    pipe.fileHandleForWriting.write(
      Data("apiVersion: hnsctl/v1\nkind: HostProfile\nname: empty\nhost: {windows: ltsc2022}\n".utf8))
    let run = try PseudoTerminal(columns: 80, stream: .errors).run(
      ["plan", "-"], in: workspace, environment: ["TERM": "xterm"],
      input: (pipe, "Working on standard input (1 s)")
    ).exits(0)
    #expect(run.output.hasPrefix("Plan for profile empty"), "\(run.output)")
    // The last thing on the line is its removal.
    #expect(run.errors.hasSuffix("\r\u{1b}[K"), "\(run.errors.debugDescription)")
  }
}
