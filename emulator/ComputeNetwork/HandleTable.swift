import HNSEmulator
import NetworkTypes
import Synchronization

/// A handle of a caller: a number that points nowhere.
typealias Handle = UnsafeMutableRawPointer

/// What a handle refers to.
enum HandleContent: Sendable {
  case object(HCNObjectKind, GUID)
  case service
  case callback(NotificationDispatcher.Registration)
}

/// The open handles.
///
/// A handle combines a slot's number with its use count, so that a closed handle stays invalid when the slot
/// is reused.
final class HandleTable: Sendable {
  private struct Slot {
    var use: UInt32 = 1
    var content: HandleContent?
  }

  private struct Contents {
    var slots: [Slot] = []
    var free: [Int] = []

    /// The slot of an open handle.
    func index(_ handle: Handle?) -> Int? {
      let number = UInt64(UInt(bitPattern: handle))
      let index = Int(number & 0xffff_ffff) - 1
      guard slots.indices.contains(index), slots[index].content != nil,
        slots[index].use == UInt32(number >> 32)
      else { return nil }
      return index
    }
  }

  private let contents = Mutex(Contents())

  /// Issues a handle; nil if none is left.
  ///
  /// - Parameter content: What it refers to.
  func open(_ content: HandleContent) -> Handle? {
    contents.withLock { contents in
      let index: Int
      if let free = contents.free.popLast() {
        index = free
      } else {
        guard contents.slots.count < Int(UInt32.max) else { return nil }
        index = contents.slots.count
        contents.slots.append(Slot())
      }
      contents.slots[index].content = content
      return Handle(bitPattern: UInt(contents.slots[index].use) << 32 | UInt(index + 1))
    }
  }

  /// What an open handle refers to; nil for any other number.
  ///
  /// - Parameter handle: The handle.
  func content(_ handle: Handle?) -> HandleContent? {
    contents.withLock { contents in contents.index(handle).flatMap { contents.slots[$0].content } }
  }

  /// Closes a handle if it refers to what the caller expects.
  ///
  /// - Parameters:
  ///   - handle: The handle.
  ///   - isWanted: Whether the handle may be closed.
  /// - Returns: What it referred to; nil if it was not open or must not be closed, and then nothing is
  ///   closed.
  func close(_ handle: Handle?, where isWanted: (HandleContent) -> Bool) -> HandleContent? {
    contents.withLock { contents in
      guard let index = contents.index(handle), let content = contents.slots[index].content,
        isWanted(content)
      else { return nil }
      contents.slots[index].content = nil
      // A slot whose use count is exhausted is retired.
      if contents.slots[index].use < .max {
        contents.slots[index].use += 1
        contents.free.append(index)
      }
      return content
    }
  }

  /// The number of open handles.
  var count: Int { contents.withLock { contents in contents.slots.count { $0.content != nil } } }
}
