/// An order of the nodes in which neighbours lie near one another: breadth-first from the entry, so
/// that what a walk reads next often lies in memory that it has just read.
///
/// Nodes that no link leads to come last, in ascending order.
///
/// - Returns: For each place the node that goes there.
/// - Complexity: O(links).
func breadthFirstOrder(_ base: [UInt32], count: Int, places: Int, entry: Int?) -> [UInt32] {
  var order: [UInt32] = []
  order.reserveCapacity(count)
  var met = [Bool](repeating: false, count: count)
  func meet(_ node: UInt32) {
    guard !met[Int(node)] else { return }
    met[Int(node)] = true
    order.append(node)
  }
  if let entry { meet(UInt32(entry)) }
  var next = 0
  while next < order.count {
    let list = Int(order[next]) * places
    for neighbour in base[list..<list + places] {
      if neighbour == HNSWGraph.none { break }
      meet(neighbour)
    }
    next += 1
  }
  for node in 0..<UInt32(count) { meet(node) }
  return order
}
