import ArgumentParser

/// The option of commands that write a state.
struct LockOptions: ParsableArguments {
  @Option(
    name: .customLong("lock-timeout"), parsing: .unconditional,
    help: ArgumentHelp(
      "How many seconds to wait while another process writes the state.", valueName: "seconds"),
    transform: OptionValue.seconds())
  var timeout: Double = 0
}
