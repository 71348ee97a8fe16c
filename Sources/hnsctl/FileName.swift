import ArgumentParser
import Glibc

/// The path of a file that is only read; `-` is standard input.
struct InputName: ExpressibleByArgument {
  let path: String

  init?(argument: String) {
    guard !argument.isEmpty else { return nil }
    path = argument
  }
}

/// The path of a file that is replaced as a whole, so it cannot be a stream.
struct FileName: ExpressibleByArgument {
  let path: String

  init?(argument: String) {
    guard !argument.isEmpty, argument != "-", !argument.hasSuffix("/") else { return nil }
    path = argument
  }

  /// Whether two paths lead to the same existing file.
  func isSameFile(as other: String) -> Bool {
    var first = stat()
    var second = stat()
    guard stat(path, &first) == 0, stat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
