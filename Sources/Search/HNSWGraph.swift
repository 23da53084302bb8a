internal import Compute

/// The layers of an ``HNSWIndex``: who is whose neighbour on which level, in three flat arrays.
///
/// A neighbour list has a fixed number of places; the neighbours stand first and ``none`` fills the
/// rest. A node that stands on level l stands on all levels below it.
struct HNSWGraph: Sendable {
  /// The mark of an empty place.
  static let none = UInt32.max

  /// Places of a list above level 0: M. A list of level 0 has twice as many.
  let width: Int
  /// `[nodes, 2 · width]`: the lists of level 0.
  let base: SharedArray<UInt32>
  /// `[nodes + 1]`: the lists of node i above level 0 are `upper[starts[i]..<starts[i + 1]]`, from
  /// level 1 up.
  let starts: SharedArray<UInt32>
  /// `[lists, width]`
  let upper: SharedArray<UInt32>
  /// `[nodes]`: the row of the vectors that each node is.
  let rows: SharedArray<UInt32>
  /// `[rows]`: the node that each row is.
  let nodes: SharedArray<UInt32>
  /// `[rows]`: the next row that is a copy of this one, or ``none``. Of copies, only the first has
  /// links.
  let copies: SharedArray<UInt32>
  /// Where walks begin, on its highest level; nil where no vector can be found.
  let entry: Int?

  var count: Int { starts.count - 1 }

  /// The highest level that `node` stands on.
  func level(of node: Int) -> Int { Int(starts[node + 1]) - Int(starts[node]) }

  /// The neighbours of `node` on a level that it stands on.
  func neighbours(of node: Int, level: Int) -> [Int] {
    let places = level == 0 ? 2 * width : width
    let list = level == 0 ? node : Int(starts[node]) + level - 1
    return (level == 0 ? base : upper)[list * places..<(list + 1) * places]
      .prefix { $0 != Self.none }.map(Int.init)
  }

  /// What is wrong with the graph so that a walk could leave the arrays, or nil.
  ///
  /// Checks that the arrays have the stated extents, that each neighbour is a node that stands on
  /// the level it is a neighbour on, that copies come in ascending order, that nodes and rows are
  /// one another's, and that the entry is a node.
  ///
  /// - Complexity: O(size of the arrays).
  func fault() -> String? {
    let nodes = count
    guard starts.first == 0, starts.indices.dropFirst().allSatisfy({ starts[$0 - 1] <= starts[$0] })
    else { return "its level table does not rise from 0" }
    guard base.count == nodes * 2 * width, upper.count == Int(starts[nodes]) * width else {
      return "its neighbour lists have another extent than its level table says"
    }
    guard entry.map({ $0 >= 0 && $0 < nodes }) ?? true else {
      return "its entry point \(entry!) is no node below \(nodes)"
    }
    guard rows.count == nodes, self.nodes.count == nodes else {
      return "it has another number of rows than of nodes"
    }
    for (node, row) in rows.enumerated() {
      guard row < nodes, self.nodes[Int(row)] == node else {
        return "node \(node) is row \(row), which is another node"
      }
    }
    guard copies.count == nodes else { return "it has copies of \(copies.count) nodes" }
    for node in 0..<nodes where copies[node] != Self.none {
      guard copies[node] > node, copies[node] < nodes else {
        return "row \(node) has the copy \(copies[node]), not between it and \(nodes)"
      }
    }
    for place in base.indices where base[place] != Self.none && base[place] >= nodes {
      return "node \(place / (2 * width)) has the neighbour \(base[place]), not below \(nodes)"
    }
    for node in 0..<nodes where starts[node] < starts[node + 1] {
      for level in 1...self.level(of: node) {
        let list = (Int(starts[node]) + level - 1) * width
        for neighbour in upper[list..<list + width] where neighbour != Self.none {
          guard neighbour < nodes, self.level(of: Int(neighbour)) >= level else {
            return "node \(node) has the neighbour \(neighbour) on level \(level), where it isn't"
          }
        }
      }
    }
    return nil
  }
}
