import ArgumentParser
import HostExport
import JSONText

struct CaptureScriptCommand: HnsctlCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture-script",
    abstract: "Print a PowerShell script that captures the network policy of a Windows host.",
    discussion: HelpText.discussion(
      """
      Run the script in an elevated Windows PowerShell 5.1 or PowerShell 7. It only
      reads, needs nothing that is not part of Windows, and writes one JSON file.

      Example:
        hnsctl capture-script > capture.ps1
      """))

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func run() throws {
    let lines = CaptureScript.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    Console(options).finish(
      ["formatVersion": 1, "script": .string(CaptureScript.text)], verbatim: lines.map(String.init))
  }
}
