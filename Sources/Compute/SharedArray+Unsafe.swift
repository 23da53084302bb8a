/// An immutable array that many share and that may lie in a mapped file.
///
/// A copy costs a reference count. The memory lives as long as any copy does.
public struct SharedArray<Element: BitwiseCopyable & Sendable>: RandomAccessCollection, Sendable {
  /// The elements. Valid while this value, or a copy of it, is alive: hold one across the use.
  ///
  /// Safe to share: nobody writes to the memory after the initialiser returns.
  nonisolated(unsafe) public let buffer: UnsafeBufferPointer<Element>
  private let owner: any AnyObject & Sendable

  /// Copies `elements` into memory aligned for any vector load.
  public init(_ elements: some Collection<Element>) {
    let byteCount = elements.count * MemoryLayout<Element>.stride
    // Where there is much of it, large pages speed up every pass over it.
    self.init(count: elements.count, in: byteCount >= 4 << 20 ? MemoryArena() : nil) {
      _ = $0.initialize(from: elements)
    }
  }

  /// `count` elements that `initialize` writes, all of them, into memory aligned for any vector
  /// load.
  ///
  /// - Parameter arena: Where the memory comes from; nil for memory of its own.
  package init(
    count: Int, in arena: MemoryArena? = nil,
    initialize: (UnsafeMutableBufferPointer<Element>) -> Void
  ) {
    let byteCount = count * MemoryLayout<Element>.stride
    let (memory, owner): (UnsafeMutableRawBufferPointer, any AnyObject & Sendable)
    if let arena {
      (memory, owner) = arena.allocate(byteCount: byteCount)
    } else {
      let owned = OwnedMemory(byteCount: byteCount)
      (memory, owner) = (owned.memory, owned)
    }
    let typed = memory.bindMemory(to: Element.self)
    initialize(typed)
    self.init(UnsafeBufferPointer(typed), owner: owner)
  }

  /// The elements of `buffer`, which stays valid and unchanged while `owner` lives.
  package init(_ buffer: UnsafeBufferPointer<Element>, owner: any AnyObject & Sendable) {
    self.buffer = buffer
    self.owner = owner
  }

  /// A part of the elements, without a copy.
  package func part(_ range: Range<Int>) -> Self {
    Self(UnsafeBufferPointer(rebasing: buffer[range]), owner: owner)
  }

  /// Always 0.
  public var startIndex: Int { 0 }
  /// The number of elements.
  public var endIndex: Int { buffer.count }

  /// One element.
  ///
  /// - Precondition: `position` is in `0..<count`; it is checked in release builds, too.
  @inlinable
  public subscript(position: Int) -> Element {
    precondition(position >= 0 && position < buffer.count, "index within the array")
    return buffer[position]
  }
}

/// Memory that ends with its last owner, 64-byte aligned.
private final class OwnedMemory: Sendable {
  nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    memory = .allocate(byteCount: byteCount, alignment: 64)
  }

  deinit { memory.deallocate() }
}
