import ArgumentParser
import Glibc

/// The command line: parses options, calls a library, chooses a view and sets the exit code.
@main
struct Hnsctl: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "hnsctl",
    abstract: "Plans, diffs, tests and emulates the network policy of Windows container hosts.",
    discussion: HelpText.discussion(
      """
      A profile is a YAML file. A host is a state file, created if it does not exist.

      Examples:
        hnsctl validate profiles/l2bridge-process.yaml
        hnsctl plan profiles/l2bridge-process.yaml
        hnsctl apply profiles/l2bridge-process.yaml --state host.json
        hnsctl compartments --state host.json

      Exit codes:
        0   success
        1   the input or the operation failed
        2   it worked, but the result is not clean: diff and matrix with
            differences, drift with drift, upgrade with changes, plan
            --detailed-exitcode with changes, test with failures, lint with
            findings, audit with findings, trace --expect not met, fmt --check
            with a file that is not formatted; --exit-zero makes it 0
        64  wrong usage
      With several sources, the most severe code counts: 64, 1, 2, 0.
      """),
    version: version,
    subcommands: [
      Validate.self, PlanCommand.self, Apply.self, Diff.self,
      DriftCommand.self, UpgradeCommand.self,
      Show.self, Compartments.self, Import.self, Trace.self, TestCommand.self, Lint.self, AuditCommand.self,
      Matrix.self, InitCommand.self, FormatCommand.self,
      CapabilitiesCommand.self, Explain.self, Schema.self, Serve.self, CaptureScriptCommand.self,
    ])

  static func main() {
    // A reader that closes the pipe ends the output; it does not kill the program.
    signal(SIGPIPE, SIG_IGN)
    fillStandardDescriptors()
    Terminal.widenForHelp()
    do {
      try UsageFailure.checkHelp(ProgramArguments.all[...])
      var command = try parseAsRoot(ProgramArguments.all)
      do { try command.run() } catch let code as ExitCode where code == Exit.notClean {
        guard let command = command as? any HnsctlCommand, command.options.exitZero else { throw code }
      }
    } catch {
      UsageFailure(ProgramArguments.all).end(error)
    }
  }

  /// Opens standard input, output and error where the caller closed them.
  ///
  /// Otherwise a file opened later gets one of these descriptors and receives output intended for the screen.
  /// Reading from or writing to such a descriptor still fails.
  private static func fillStandardDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free descriptor is the missing one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
