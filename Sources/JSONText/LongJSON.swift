/// A document with long arrays, whose elements are made only as they are written.
///
/// Its text is that of the same document as a ``JSON`` value.
package indirect enum LongJSON {
  /// A value that is in memory.
  case value(JSON)
  /// An object some of whose members are long.
  case object([(key: String, value: LongJSON)])
  /// An array of objects or arrays: how many there are, and what makes the one at an index.
  case elements(Int, (Int) -> LongJSON)

  /// An array of values, each made from an element of a collection.
  package static func array<Elements: RandomAccessCollection>(
    _ elements: Elements, _ make: @escaping (Elements.Element) -> JSON
  ) -> LongJSON {
    .elements(elements.count) { number in
      .value(make(elements[elements.index(elements.startIndex, offsetBy: number)]))
    }
  }

  /// The whole document in memory.
  package var json: JSON {
    switch self {
    case .value(let value): value
    case .object(let members): .object(JSONObject(members.map { .init($0.key, $0.value.json) }))
    case .elements(let count, let make): .array((0..<count).map { make($0).json })
    }
  }

  /// Sends the pretty text of the document part by part.
  ///
  /// - Parameter send: Called with each part of the text in turn.
  package func sendPretty(_ send: ([UInt8]) -> Void) {
    var output: [UInt8] = []
    write(into: &output, indent: 0) { part in
      guard part.count >= 1 << 16 else { return }
      send(part)
      part.removeAll(keepingCapacity: true)
    }
    output.append(0x0a)
    send(output)
  }

  private func write(into output: inout [UInt8], indent: Int, beforeLine: (inout [UInt8]) -> Void) {
    func lines(
      _ start: String, _ count: Int, _ end: String, _ line: (Int, inout [UInt8]) -> Void
    ) {
      output += start.utf8
      for number in 0..<count {
        if number > 0 { output.append(UInt8(ascii: ",")) }
        beforeLine(&output)
        output.append(0x0a)
        output.append(contentsOf: repeatElement(0x20, count: 2 * indent + 2))
        line(number, &output)
      }
      if count > 0 {
        beforeLine(&output)
        output.append(0x0a)
        output.append(contentsOf: repeatElement(0x20, count: 2 * indent))
      }
      output += end.utf8
    }
    switch self {
    case .value(let value): value.write(prettyInto: &output, indent: indent, beforeLine: beforeLine)
    case .object(let members):
      lines("{", members.count, "}") { number, output in
        JSON.string(members[number].key).write(compactInto: &output)
        output += ": ".utf8
        members[number].value.write(into: &output, indent: indent + 1, beforeLine: beforeLine)
      }
    case .elements(let count, let make):
      lines("[", count, "]") { number, output in
        make(number).write(into: &output, indent: indent + 1, beforeLine: beforeLine)
      }
    }
  }
}
