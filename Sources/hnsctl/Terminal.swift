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

  /// The columns of help texts: those of the terminal, but enough to lay them out.
  static var helpWidth: Int {
    let stated = Int(variable("COLUMNS")).flatMap { $0 > 0 ? $0 : nil }
    return max(leastHelpWidth, stated ?? Terminal(STDOUT_FILENO)?.width ?? standardWidth)
  }

  /// Makes the argument parser lay out help texts in that width.
  static func widenForHelp() { setenv("COLUMNS", "\(helpWidth)", 1) }

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
