package import Diagnostics

/// What is wrong with the arguments of a command; all of it is reported.
package struct ArgumentProblems: Error, Sendable {
  /// The problems, in the order in which they were found.
  package private(set) var diagnostics: [Diagnostic] = []

  /// Creates an empty list.
  package init() {}

  /// Creates a list of one problem.
  package init(_ diagnostic: Diagnostic) { diagnostics = [diagnostic] }

  /// Adds a problem.
  ///
  /// - Parameters:
  ///   - code: The code.
  ///   - message: What is wrong.
  ///   - help: What to write instead.
  package mutating func add(_ code: DiagnosticCode, _ message: String, _ help: String?) {
    diagnostics.append(Diagnostic(code, message, help: help))
  }

  /// The result of reading the value of an option; nil if it is invalid, which is added.
  ///
  /// - Parameters:
  ///   - option: The option, such as `--port`; its name is put before the message.
  ///   - body: Reads the value.
  package mutating func collect<Value>(
    _ option: String, _ body: () throws(Diagnostic) -> Value
  ) -> Value? {
    do { return try body() } catch {
      var problem = error
      problem.message = "\(option): \(problem.message)"
      diagnostics.append(problem)
      return nil
    }
  }
}
