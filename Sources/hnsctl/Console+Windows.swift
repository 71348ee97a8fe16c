import Diagnostics
import HostModel
import NetworkProfile

extension Console {
  /// The Windows build that an option names; ends the command if there is none of that name.
  ///
  /// - Parameters:
  ///   - name: The name or number.
  ///   - option: The option, as the user wrote it.
  func build(_ name: String, of option: String = "--windows") throws -> WindowsBuild {
    guard let build = WindowsBuild(name) else {
      throw fail(
        Diagnostic(
          .unknownWindows, "\(option): '\(name)' is not a Windows release or build",
          help: WindowsName.help(for: name)))
    }
    return build
  }
}
