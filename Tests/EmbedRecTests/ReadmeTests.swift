import Foundation
import Testing

@Suite struct `The README` {
  private let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  @Test func `shows the example that compiles`() throws {
    let source = try String(
      contentsOf: tests.appending(path: "ReadmeExample.swift"), encoding: .utf8)
    let example = try #require(source.range(of: "import EmbedRec\n"))
    let readme = try String(
      contentsOf: tests.appending(path: "../../README.md"), encoding: .utf8)
    #expect(readme.contains("```swift\n" + source[example.lowerBound...] + "```\n"))
  }
}
