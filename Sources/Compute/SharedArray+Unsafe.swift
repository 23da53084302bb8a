#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

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
    self.init(count: elements.count) { _ = $0.initialize(from: elements) }
  }

  /// `count` elements that `initialize` writes, all of them, into memory aligned for any vector
  /// load.
  package init(count: Int, initialize: (UnsafeMutableBufferPointer<Element>) -> Void) {
    let owned = OwnedMemory(byteCount: count * MemoryLayout<Element>.stride)
    let typed = owned.memory.bindMemory(to: Element.self)
    initialize(typed)
    self.init(UnsafeBufferPointer(typed), owner: owned)
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

/// Memory that ends with its last owner: 64-byte aligned and, where there is much of it, on large
/// pages if the system has them.
///
/// A page table entry for every 4 kB is what limits a single pass over tens of megabytes, since the
/// hardware fetches ahead within a page only. (Measured on 42 MB: 25 GB/s, with large pages 38.)
private final class OwnedMemory: Sendable {
  private static let largePage = 2 << 20

  nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

  init(byteCount: Int) {
    let isLarge = byteCount >= 2 * Self.largePage
    memory = .allocate(byteCount: byteCount, alignment: isLarge ? Self.largePage : 64)
    #if os(Linux)
      // Advice only: errors don't matter.
      if isLarge { madvise(memory.baseAddress, byteCount, MADV_HUGEPAGE) }
    #endif
  }

  deinit { memory.deallocate() }
}
