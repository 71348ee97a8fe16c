import ArgumentParser
import Glibc

/// The options of commands that take many sources.
struct SourceRunOptions: ParsableArguments {
  @Flag(help: "Of several sources, show only those that failed or are not clean.")
  var failuresOnly = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many sources to work on at the same time; by default one for each core.", valueName: "number"),
    transform: OptionValue.number(1...1_024))
  var jobs: Int?

  /// The number of threads.
  var threads: Int { jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
