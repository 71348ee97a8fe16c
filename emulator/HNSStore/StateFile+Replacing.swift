import Glibc

/// Where a file is, once symbolic links are followed.
struct FilePlace: Hashable {
  let directory: String
  let name: String

  var path: String { directory + "/" + name }

  /// What the names of temporary files start with; the number of the writing process follows.
  var temporaryPrefix: String { ".\(name).saving-" }

  /// The journal of the state in this place.
  var journal: FilePlace { FilePlace(directory: directory, name: name + ".journal") }
}

extension StateFile {
  /// Follows the symbolic links at the end of the path, so that the file they lead to is replaced and
  /// not the link, and every path to one file has one lock and one journal.
  func place() throws(SystemError) -> FilePlace {
    var current = path
    for _ in 0..<40 {
      let parts = current.split(separator: "/", omittingEmptySubsequences: true)
      guard let name = parts.last, name != ".", name != ".." else {
        throw SystemError(call: "open", number: EISDIR)
      }
      let parents = parts.dropLast().joined(separator: "/")
      let directory = current.hasPrefix("/") ? "/" + parents : parents.isEmpty ? "." : parents
      let result = FilePlace(directory: directory, name: String(name))
      guard let link = try files.link(result.path) else { return result }
      current = link.hasPrefix("/") ? link : directory + "/" + link
    }
    throw SystemError(call: "open", number: ELOOP)
  }

  /// Puts new contents in the place of a file: whoever looks sees the old ones or the new ones.
  ///
  /// - Parameters:
  ///   - target: The file.
  ///   - model: The file whose permissions the new one gets.
  ///   - write: Writes the contents to a descriptor.
  func replace(
    _ target: FilePlace, like model: FilePlace? = nil,
    _ write: (Int32) throws(SystemError) -> Void
  ) throws(SystemError) {
    let old: FileStatus?
    do throws(SystemError) { old = try files.status(of: (model ?? target).path) } catch {
      guard error.number == ENOENT else { throw error }
      old = nil
    }
    guard old?.kind ?? .regular == .regular else { throw SystemError(call: "open", number: EISDIR) }
    removeStale(beside: target)
    let temporary = target.directory + "/" + target.temporaryPrefix + "\(files.process)"
    let descriptor = try files.open(temporary, .createNew)
    do throws(SystemError) {
      do throws(SystemError) {
        if let old { try files.adopt(descriptor, permissions: old.permissions, group: old.group) }
        try write(descriptor)
        try files.synchronize(descriptor)
      } catch {
        try? files.close(descriptor)
        throw error
      }
      try files.close(descriptor)
      try files.rename(temporary, to: target.path)
    } catch {
      try? files.remove(temporary)
      throw error
    }
  }

  /// Makes the entries of a directory durable.
  func synchronize(_ target: FilePlace) throws(SystemError) {
    let directory = try files.open(target.directory, .directory)
    defer { try? files.close(directory) }
    try files.synchronize(directory)
  }

  /// Removes what writers left behind that were killed while they saved: regular files of the
  /// temporary name whose process is gone, or is this one.
  private func removeStale(beside target: FilePlace) {
    guard let names = try? files.names(in: target.directory) else { return }
    for name in names where name.hasPrefix(target.temporaryPrefix) {
      guard let process = Int32(name.dropFirst(target.temporaryPrefix.count)),
        process == files.process || !files.isRunning(process)
      else { continue }
      try? files.remove(target.directory + "/" + name)
    }
  }
}

extension FileSystem {
  /// Writes all the bytes.
  func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try write(descriptor, rest)
      rest = rest.dropFirst(count)
    }
  }
}
