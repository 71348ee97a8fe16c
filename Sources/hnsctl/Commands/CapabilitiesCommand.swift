import ArgumentParser
import Diagnostics
import HostModel
import NetworkProfile
import PolicyCompiler
import PolicyViews

struct CapabilitiesCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "capabilities",
    abstract: "Print the driver and isolation table of a Windows build, with the source of every cell.",
    discussion: HelpText.discussion(
      """
      Examples:
        hnsctl capabilities
        hnsctl capabilities --windows 1607
        hnsctl capabilities --windows 26100.32690 --json
      """))

  @Option(
    help: "A Windows name (1607 to ltsc2025) or a build number with an optional revision.",
    completion: .windowsNames)
  var windows = "ltsc2022"

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func run() throws {
    let console = Console(options)
    guard let build = WindowsBuild(windows) else {
      throw console.fail(
        Diagnostic(
          .unknownWindows, "--windows: '\(windows)' is not a Windows release or build",
          help: WindowsName.help(for: windows)))
    }
    let capabilities = Capabilities(build)
    console.finish(
      CapabilitiesView.document(capabilities),
      lines: CapabilitiesView(style: console.style).lines(capabilities))
  }
}
