internal import CLibYAML
import Diagnostics
import Glibc

extension YAMLBuilder {
  private var expectsKey: Bool {
    guard let frame = frames.last else { return false }
    return frame.isMapping && frame.children.isMultiple(of: 2)
  }

  private mutating func countChild() {
    if !frames.isEmpty { frames[frames.count - 1].children += 1 }
  }

  mutating func scalar(_ event: yaml_event_t, _ bytes: UnsafeBufferPointer<UInt8>) {
    let scalar = event.data.scalar
    var start = offset(event.start_mark)
    let end = max(start, offset(event.end_mark))
    if scalar.tag != nil, refuse(tag: scalar.tag, at: start) { return }
    let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    let isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE
    if scalar.anchor != nil { start = skipProperties(from: start, to: end) }
    let isQuoted =
      scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE || scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE
    let first = isQuoted ? start + 1 : start
    var record = YAMLNodeRecord(
      start: UInt32(start), extent: UInt32(text.count), payload: UInt32(first), form: .slicedScalar,
      isPlain: isPlain)
    if isPlain || isQuoted, event.start_mark.line == event.end_mark.line {
      record.underline = UInt16(clamping: end - start)
    }
    let isSlice =
      text.isEmpty || isPlain && end - start == text.count || isQuoted && end - start == text.count + 2
    if !isSlice || !Self.isSame(text, bytes, first) {
      record.form = .copiedScalar
      record.payload = UInt32(copied.count)
      copied.append(contentsOf: text)
    }
    if text.isEmpty { record.payload = 0 }
    let isKey = expectsKey
    if isKey {
      if dialect == .profile, isPlain, text.count == 2, text[0] == UInt8(ascii: "<"),
        text[1] == UInt8(ascii: "<")
      {
        collector.report(
          .yamlMergeKey, "merge keys ('<<') are not part of the profile language",
          at: source.location(at: start, byteLength: 2),
          help: "write the members out, or define an anchor for a whole value and refer to it with '*name'")
      }
      keys.append(Key(head: Self.head(of: text), length: text.count, node: nodes.count))
    }
    if let anchor = scalar.anchor { define(anchor, Anchor(node: nodes.count, size: 1)) }
    nodes.append(record)
    countChild()
  }

  /// Whether a text is in the input at a byte.
  private static func isSame(
    _ text: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, _ first: Int
  ) -> Bool {
    guard let left = text.baseAddress, let right = bytes.baseAddress, !text.isEmpty else {
      return text.isEmpty
    }
    return first + text.count <= bytes.count && memcmp(left, right + first, text.count) == 0
  }

  /// The first eight bytes of a text as a number.
  private static func head(of text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var head: UInt64 = 0
    for index in 0..<min(8, text.count) { head = head << 8 | UInt64(text[index]) }
    return head
  }

  /// Where a value starts after its anchor, if both are on one line.
  private func skipProperties(from start: Int, to end: Int) -> Int {
    let bytes = source.bytes
    var index = start
    guard index < end, bytes[index] == UInt8(ascii: "&") else { return start }
    while index < end, bytes[index] > 0x20 { index += 1 }
    while index < end, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    return index
  }

  mutating func open(
    _ form: YAMLNodeRecord.Form, at mark: yaml_mark_t, anchor: UnsafeMutablePointer<yaml_char_t>?,
    tag: UnsafeMutablePointer<yaml_char_t>?
  ) {
    let start = offset(mark)
    if expectsKey {
      stop(
        .yamlComplexKey, "a key must be plain text, not \(form == .mapping ? "a mapping" : "a list")",
        at: start,
        help: "text that starts with '{' or '[' must be quoted")
      return
    }
    guard frames.count < YAMLDocument.depthLimit else {
      stop(
        .yamlTooDeep, "values are nested more than \(YAMLDocument.depthLimit) levels deep", at: start)
      return
    }
    if tag != nil, refuse(tag: tag, at: start) { return }
    var frame = Frame(node: nodes.count, isMapping: form == .mapping, firstKey: keys.count)
    if let anchor {
      frame.anchor = String(cString: anchor)
      define(anchor, Anchor(node: nodes.count, size: nil))
    }
    nodes.append(YAMLNodeRecord(start: UInt32(start), extent: 0, payload: 0, form: form))
    frames.append(frame)
  }

  mutating func close(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let frame = frames.popLast() else { return }
    if frame.isMapping {
      reportDuplicateKeys(from: frame.firstKey, bytes)
      keys.removeSubrange(frame.firstKey...)
    }
    let extent = nodes.count - frame.node
    nodes[frame.node].extent = UInt32(extent)
    nodes[frame.node].payload = UInt32(frame.isMapping ? frame.children / 2 : frame.children)
    if let anchor = frame.anchor, anchors[anchor]?.node == frame.node {
      anchors[anchor]?.size = extent + frame.expansion
    }
    if !frames.isEmpty { frames[frames.count - 1].expansion += frame.expansion }
    countChild()
  }

  mutating func alias(_ event: yaml_event_t) {
    let start = offset(event.start_mark)
    let end = offset(event.end_mark)
    guard let pointer = event.data.alias.anchor else { return }
    let name = String(cString: pointer)
    if expectsKey {
      stop(
        .yamlComplexKey, "a key must be plain text, not the alias '*\(name.quotable)'", at: start,
        length: end - start)
      return
    }
    guard let anchor = anchors[name] else {
      stop(
        .yamlUnknownAlias, "there is no anchor '&\(name.quotable)' before this alias", at: start,
        length: end - start, help: "text that starts with '*' must be quoted")
      return
    }
    guard let size = anchor.size else {
      let location = source.location(at: Int(nodes[anchor.node].start))
      stop(
        .yamlAliasCycle, "the alias '*\(name.quotable)' is inside the value it refers to", at: start,
        length: end - start, notes: [.init("the value starts here", location)])
      return
    }
    expansion += size
    guard expansion <= YAMLDocument.aliasLimit else {
      stop(
        .yamlAliasLimit, "the aliases up to here expand to more than \(YAMLDocument.aliasLimit) values",
        at: start,
        length: end - start)
      return
    }
    if !frames.isEmpty { frames[frames.count - 1].expansion += size }
    nodes.append(
      YAMLNodeRecord(start: UInt32(start), extent: 1, payload: UInt32(anchor.node), form: .alias))
    countChild()
  }

  private mutating func define(_ name: UnsafeMutablePointer<yaml_char_t>, _ anchor: Anchor) {
    anchors[String(cString: name)] = anchor
  }

  /// Reports a tag; otherwise the value is read as if it had none, unless nothing is left of it.
  private mutating func refuse(tag: UnsafeMutablePointer<yaml_char_t>?, at start: Int) -> Bool {
    guard let tag else { return false }
    let text = String(cString: tag)
    let standard = "tag:yaml.org,2002:"
    let shown = text.hasPrefix(standard) ? "!!" + text.dropFirst(standard.count) : text
    var end = start
    while end < source.bytes.count, source.bytes[end] > 0x20 { end += 1 }
    stop(
      .yamlTag,
      "the tag '\(shown.quotable)' is not \(dialect == .profile ? "part of the profile language" : "supported")",
      at: start,
      length: min(end - start, 80),
      help: "remove the tag; text that starts with '!' must be quoted")
    return true
  }

  private mutating func reportDuplicateKeys(from first: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
    let count = keys.count - first
    if count <= 16 {
      for later in first..<keys.count {
        for earlier in first..<later where isSame(keys[earlier], keys[later], bytes) {
          reportDuplicate(keys[later], of: keys[earlier], bytes)
          break
        }
      }
      return
    }
    var seen: [String: Int] = Dictionary(minimumCapacity: count)
    for index in first..<keys.count {
      let text = String(decoding: self.bytes(of: keys[index], bytes), as: UTF8.self)
      // Equal bytes, not equal characters: composed and decomposed letters are different keys.
      if let earlier = seen[text], isSame(keys[earlier], keys[index], bytes) {
        reportDuplicate(keys[index], of: keys[earlier], bytes)
      } else {
        seen[text] = index
      }
    }
  }

  private func isSame(_ left: Key, _ right: Key, _ source: UnsafeBufferPointer<UInt8>) -> Bool {
    left.head == right.head && left.length == right.length
      && (left.length <= 8 || bytes(of: left, source).elementsEqual(bytes(of: right, source)))
  }

  private func bytes(of key: Key, _ source: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    let record = nodes[key.node]
    let start = Int(record.payload)
    return record.form == .slicedScalar
      ? Array(source[start..<start + key.length]) : Array(copied[start..<start + key.length])
  }

  private mutating func reportDuplicate(
    _ later: Key, of earlier: Key, _ bytes: UnsafeBufferPointer<UInt8>
  ) {
    let text = String(decoding: self.bytes(of: later, bytes), as: UTF8.self)
    func location(_ key: Key) -> SourceRange {
      source.location(at: Int(nodes[key.node].start), byteLength: Int(nodes[key.node].underline))
    }
    collector.report(
      .duplicateKey, "the key '\(text.quotable)' appears twice in this mapping", at: location(later),
      notes: [.init("first used here", location(earlier))],
      help: "keep one of the two")
  }
}
