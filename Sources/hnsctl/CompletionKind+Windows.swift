import ArgumentParser
import HostModel

extension CompletionKind {
  /// The names of Windows builds.
  static var windowsNames: CompletionKind { .list(WindowsBuild.releases.flatMap(\.names)) }
}
