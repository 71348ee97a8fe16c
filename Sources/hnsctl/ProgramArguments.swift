import CProgramArguments

/// The arguments of the program.
enum ProgramArguments {
  /// All but the name of the program; also those that Swift does not see where there is no /proc.
  static let all: [String] = {
    let seen = CommandLine.arguments
    guard seen.isEmpty else { return Array(seen.dropFirst()) }
    return (0..<program_argument_count()).dropFirst().compactMap { index in
      program_argument(index).map { String(cString: $0) }
    }
  }()
}
