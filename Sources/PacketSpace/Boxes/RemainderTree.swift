/// The remainder of a box, as a tree that divides one dimension after the other; equal subtrees are shared.
struct RemainderTree {
  /// The empty remainder.
  static let nothing: Int32 = 0
  /// The complete remainder.
  static let whole: Int32 = 1

  private struct Group: Hashable {
    /// The values along the node's dimension, as in ``SetBox/subscript(_:)``.
    var side: UInt64
    /// The remainder of the further dimensions.
    var child: Int32
  }

  private struct Node: Hashable {
    var depth: Int
    var groups: [Group]
  }

  private var nodes = [Node(depth: 0, groups: []), Node(depth: 0, groups: [])]
  private var counts = [0, 1]
  private var known: [Node: Int32] = [:]
  /// By depth, for each node its index among the groups of the node under construction, and for which of them
  /// that was recorded.
  private var positions: [[(position: Int, generation: Int)]] = []
  private var generations: [Int] = []

  /// The number of boxes of a node.
  func count(_ node: Int32) -> Int { counts[Int(node)] }

  /// Begins the groups of a new node.
  mutating func beginGroups(_ depth: Int) {
    while generations.count <= depth {
      generations.append(0)
      positions.append([])
    }
    generations[depth] += 1
  }

  /// The group of the node under construction with a given child; a new one if there is none.
  mutating func group(of child: Int32, new: Int, _ depth: Int) -> Int {
    while positions[depth].count <= Int(child) { positions[depth].append((0, 0)) }
    if positions[depth][Int(child)].generation != generations[depth] {
      positions[depth][Int(child)] = (new, generations[depth])
    }
    return positions[depth][Int(child)].position
  }

  /// The node with some groups.
  ///
  /// - Parameters:
  ///   - depth: The index of the dimension it divides.
  ///   - sides: The values of each group along it.
  ///   - children: The remainder of the further dimensions for each group.
  ///   - whole: All values along the dimension.
  ///   - count: The number of boxes.
  mutating func node(
    _ depth: Int, _ sides: [UInt64], _ children: [Int32], whole: UInt64, count: Int
  ) -> Int32 {
    if children.isEmpty { return Self.nothing }
    if children.count == 1, sides[0] == whole { return children[0] }
    let node = Node(depth: depth, groups: zip(sides, children).map { Group(side: $0, child: $1) })
    if let number = known[node] { return number }
    let number = Int32(nodes.count)
    nodes.append(node)
    counts.append(count)
    known[node] = number
    return number
  }

  /// The boxes of a node, those of the first group first.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - order: The dimensions by depth.
  ///   - whole: The sets of the dimensions that are not divided.
  func boxes(_ node: Int32, _ order: [PacketDimension], _ whole: SetBox) -> [SetBox] {
    var boxes: [SetBox] = []
    boxes.reserveCapacity(count(node))
    add(node, order, whole, &boxes)
    return boxes
  }

  private func add(_ node: Int32, _ order: [PacketDimension], _ box: SetBox, _ boxes: inout [SetBox]) {
    if node == Self.nothing { return }
    if node == Self.whole { return boxes.append(box.withoutLoneFamilies) }
    for group in nodes[Int(node)].groups {
      var smaller = box
      smaller[order[nodes[Int(node)].depth]] = group.side
      add(group.child, order, smaller, &boxes)
    }
  }
}
