import NetworkTypes

/// The names of a ``PeerDirectory``, looked up by their bytes without creating a string.
///
/// A text that is not found here can still be valid: a name spelled with other Unicode scalars, or an id in
/// upper case. In that case use the directory.
package struct PeerTable: Sendable {
  private struct Entry {
    var start: Int
    var count: Int
    var peer: Peer
  }

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []
  /// The indices of entries; -1 is free.
  private var slots: [Int32]

  /// Collects the names that identify a single end.
  ///
  /// - Parameter directory: The names.
  package init(_ directory: PeerDirectory) {
    let texts = directory.texts
    var size = 8
    while size < texts.count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for text in texts {
      guard case .peer(let peer) = directory.find(text) else { continue }
      let name = Array(text.utf8)
      guard case .free(let slot) = slot(of: name.span) else { continue }
      slots[slot] = Int32(entries.count)
      entries.append(Entry(start: bytes.count, count: name.count, peer: peer))
      bytes += name
    }
  }

  /// The end with a name; nil if the text is not in the table.
  ///
  /// - Parameter name: The bytes of the name.
  package func peer(_ name: Span<UInt8>) -> Peer? {
    guard case .taken(let entry) = slot(of: name) else { return nil }
    return entries[entry].peer
  }

  private enum Slot {
    case free(Int)
    case taken(Int)
  }

  private func slot(of name: Span<UInt8>) -> Slot {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<name.count { hash = (hash ^ UInt64(name[index])) &* 0x0000_0100_0000_01b3 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ hash >> 32) & mask
    while slots[slot] >= 0 {
      let position = Int(slots[slot])
      if equals(entries[position], name) { return .taken(position) }
      slot = (slot + 1) & mask
    }
    return .free(slot)
  }

  private func equals(_ entry: Entry, _ name: Span<UInt8>) -> Bool {
    guard entry.count == name.count else { return false }
    for index in 0..<name.count where bytes[entry.start + index] != name[index] { return false }
    return true
  }
}
