import ArgumentParser
import JSONText
import Glibc
import NetworkProfile

struct Schema: HnsctlCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of profiles, for editors and pipelines.",
    discussion: HelpText.discussion(
      """
      Example:
        hnsctl schema > hnsctl.schema.json
      """))

  @OptionGroup var options: GlobalOptions
  @OptionGroup(visibility: .hidden) var unusedLimits: BudgetOptions

  func run() throws {
    Console.write(ProfileSchema.document.bytes(.pretty), to: STDOUT_FILENO)
  }
}
