import Glibc
import PolicyViews

/// A terminal that output goes to.
struct Terminal {
  /// The columns of a line.
  let width: Int

  /// The columns of a terminal that does not report them.
  private static let standardWidth = 80

  /// The terminal of a file descriptor; nil for a file or a pipe.
  init?(_ descriptor: Int32) {
    guard isatty(descriptor) == 1 else { return nil }
    var size = winsize()
    let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    width = isKnown ? Int(size.ws_col) : Self.standardWidth
  }

  /// The fewest columns of help texts: with fewer than 28 the argument parser traps.
  private static let leastHelpWidth = 40

  /// Makes help texts at least so wide that they can be laid out.
  static func widenForHelp() {
    let stated = getenv("COLUMNS").flatMap { Int(String(cString: $0)) }
    guard let width = stated ?? Terminal(STDOUT_FILENO)?.width, width < leastHelpWidth else { return }
    setenv("COLUMNS", "\(leastHelpWidth)", 1)
  }

  /// Whether colors are wanted: NO_COLOR is not set, and the terminal is not one without them.
  static var hasColor: Bool { variable("NO_COLOR").isEmpty && canErase }

  /// Whether the terminal understands escape sequences.
  static var canErase: Bool { variable("TERM") != "dumb" }

  private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
}

extension Style {
  /// The style of what goes to a terminal, or to none.
  init(_ terminal: Terminal?, _ choice: ColorChoice) {
    let hasColor =
      switch choice {
      case .always: true
      case .never: false
      case .auto: terminal != nil && Terminal.hasColor
      }
    self.init(hasColor: hasColor, width: terminal?.width)
  }
}
