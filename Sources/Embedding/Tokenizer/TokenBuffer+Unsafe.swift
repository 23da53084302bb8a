/// Token ids that grow at the end: an array whose appending costs a store, for the innermost loop
/// of tokenizers.
///
/// It owns its memory alone (it can't be copied), and every write is checked against its capacity.
package struct TokenBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<Int32>
  private var capacity: Int
  package private(set) var count = 0

  package init(capacity: Int = 256) {
    self.capacity = max(capacity, 16)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  @inline(__always)
  package mutating func append(_ id: Int32) {
    if count == capacity { grow() }
    base[count] = id
    count &+= 1
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Int32>.allocate(capacity: 2 * capacity)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }

  /// Takes away what was appended since there were `count`.
  @inline(__always)
  package mutating func truncate(to count: Int) {
    if count < self.count { self.count = max(count, 0) }
  }

  /// The ids of a range.
  package func ids(_ range: Range<Int>) -> [Int32] {
    precondition(range.upperBound <= count, "the range lies within the buffer")
    return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }
}
