package import Diagnostics
import Glibc
import HNSStore
import NetworkProfile
import PolicyViews

/// What the sources of a command can be.
package enum SourceScope: Sendable {
  /// Profiles and test files.
  case profilesAndTests
  /// Profiles.
  case profiles
  /// Hosts: profiles, states and captures.
  case hosts

  fileprivate var takesTests: Bool { self == .profilesAndTests }
  fileprivate var takesHosts: Bool { self == .hosts }

  /// What a folder must contain.
  fileprivate var title: String {
    switch self {
    case .profilesAndTests: "profile or test file"
    case .profiles: "profile"
    case .hosts: "profile, state or capture"
    }
  }
}

/// The sources that the arguments of a command stand for, in order: files, and the files of folders and patterns.
///
/// A folder is many profiles, many states, or one capture. An argument that stands for nothing is reported, and
/// does not hide the others.
package struct SourceList: Sendable {
  /// The sources.
  package private(set) var paths: [String] = []
  /// The paths without links.
  private var known: Set<String> = []
  /// Whether there can be several: several arguments, a pattern, or a folder of several sources.
  package private(set) var isMany: Bool
  /// What is wrong with arguments, or parts of them, that stand for nothing.
  package private(set) var problems: [Diagnostic] = []

  /// Finds the sources, and reports what is wrong with the arguments.
  ///
  /// - Parameters:
  ///   - arguments: Paths and patterns; `-` for standard input.
  ///   - scope: What the sources can be.
  ///   - report: Where problems are reported.
  package init(_ arguments: [String], of scope: SourceScope, to report: some SourceReport) {
    isMany = arguments.count > 1
    for argument in arguments {
      switch PathPattern.matches(argument) {
      case nil: add(argument, scope, report)
      case let matches?:
        isMany = true
        if matches.isEmpty {
          fail([Diagnostic(.fileUnreadable, "no file matches this pattern", file: argument)], report)
        }
        for path in matches { add(path, scope, report) }
      }
    }
  }

  private mutating func fail(_ problems: [Diagnostic], _ report: some SourceReport) {
    report.report(problems)
    self.problems += problems
  }

  private mutating func add(_ path: String, _ scope: SourceScope, _ report: some SourceReport) {
    guard FolderListing.isFolder(path) else {
      append([path])
      return
    }
    let listing = FolderListing(path)
    fail(listing.problems, report)
    let contents = FolderContents(listing.files, in: path)
    let mixture = contents.mixture { kind, isTests in
      kind == .profile ? scope.takesTests || !isTests : scope.takesHosts && kind == .document(.state)
    }
    if let mixture {
      fail([mixture], report)
    } else if contents.kind == .profile || scope.takesHosts && contents.kind == .document(.state) {
      isMany = true
      let sources = contents.sources(withTests: scope.takesTests)
      if sources.paths.isEmpty { fail([nothing(in: path, scope)], report) }
      report.report([sources.note].compactMap(\.self))
      append(sources.paths)
    } else if !listing.problems.isEmpty {
      // A part of what could be one capture is missing.
    } else if scope.takesHosts, !listing.files.isEmpty {
      // A folder without any is one capture, and read as such.
      paths.append(path)
    } else {
      fail([nothing(in: path, scope)], report)
    }
  }

  /// Adds files that are not in the list already, by this name or another.
  private mutating func append(_ files: [String]) {
    for file in files where file == "-" || known.insert(FolderListing.resolved(file)).inserted {
      paths.append(file)
    }
  }

  private func nothing(in folder: String, _ scope: SourceScope) -> Diagnostic {
    Diagnostic(
      .nothingInFolder, "there is no \(scope.title) in this folder", file: folder,
      help: "name a file, or a folder with at least one")
  }
}

/// Patterns such as `nodes/*.yaml` that a shell did not expand.
package enum PathPattern {
  /// The paths that match a pattern, in order; nil for a text that is a path.
  ///
  /// - Parameter text: The argument. One that exists is a path, whatever its characters.
  package static func matches(_ text: String) -> [String]? {
    var status = stat()
    guard text.contains(where: { "*?[".contains($0) }), lstat(text, &status) != 0 else { return nil }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(text, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }

  /// Paths with every pattern replaced by its matches; one without any stays as it is.
  package static func expand(_ texts: [String]) -> [String] {
    texts.flatMap { text in
      guard let matches = matches(text), !matches.isEmpty else { return [text] }
      return matches
    }
  }
}
