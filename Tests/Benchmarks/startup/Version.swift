import ArgumentParser

/// The least that a program with an argument parser does.
@main
struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(version: "0.1.0")
}
