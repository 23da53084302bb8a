import Compute
import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `A fusion model` {
  private func fitted() throws -> FusionModel {
    let log = try SmallLog(users: 40, items: 30)
    return try #require(
      try FusionFit.model(log.interactions, textVectors: log.textVectors, threads: 2) { _, _ in })
  }

  @Test func `comes back from its file as it was`() throws {
    let folder = try TemporaryFolder()
    var fitted = try fitted()
    fitted.unusedOffset = -0.25
    for (name, model) in [("fitted", fitted), ("unfitted", FusionModel.unfitted)] {
      let writer = try ArrayArchiveWriter(path: folder.path(name), kind: "FUSN")
      try model.write(to: writer)
      try writer.finish()
      let read = try FusionModel(reading: ArrayArchive(path: folder.path(name), kind: "FUSN"))
      #expect(read == model)
    }
  }

  @Test func `is the same whatever the number of threads, and fitted to what it was given`() throws
  {
    let log = try SmallLog(users: 40, items: 30)
    func model(_ log: SmallLog, threads: Int) throws -> FusionModel? {
      try FusionFit.model(log.interactions, textVectors: log.textVectors, threads: threads) {
        _, _ in
      }
    }
    let one = try model(log, threads: 1)
    #expect(try model(log, threads: 3) == one)
    #expect(try model(try SmallLog(users: 40, items: 30, seed: 9), threads: 1) != one)
    // Fewer than ten users with two items each: nothing can be taken away.
    #expect(try model(try SmallLog(users: 8), threads: 1) == nil)
  }

  @Test func `scores rows alone as among others`() throws {
    let model = try fitted()
    var random = SeededRandom(seed: 1)
    let count = 40
    let columns = Signal.allCases.map { _ in (0..<count).map { _ in Float(random.gaussian()) } }
    let evidence = (0..<count * Evidence.width).map { _ in Float(random.uniform()) }
    let all = model.scores(
      ofStandardized: model.standardized(columns, evidence: evidence, historyLength: 4),
      count: count)
    for row in 0..<count {
      let alone = model.scores(
        ofStandardized: model.standardized(
          columns.map { [$0[row]] },
          evidence: Array(evidence[row * Evidence.width..<(row + 1) * Evidence.width]),
          historyLength: 4), count: 1)
      // Products over other shapes round differently.
      #expect(abs(alone[0] - all[row]) < 1e-4)
    }
  }

  @Test func `attributes to its features what they change`() throws {
    let model = try fitted()
    var random = SeededRandom(seed: 2)
    for _ in 0..<20 {
      func row() -> [Float] {
        model.standardized(
          Signal.allCases.map { _ in [Float(0.2 * random.gaussian())] },
          evidence: (0..<Evidence.width).map { _ in Float(random.uniform()) }, historyLength: 4)
      }
      let (to, from) = (row(), row())
      let parts = model.attributions(of: to, from: from)
      let difference =
        model.scores(ofStandardized: to, count: 1)[0]
        - model.scores(ofStandardized: from, count: 1)[0]
      // The integral is taken in 64 steps, and a unit may begin to speak within one.
      #expect(abs(parts.reduce(0, +) - difference) < 0.02 * max(1, abs(difference)))
      for (place, part) in parts.enumerated() where to[place] == from[place] { #expect(part == 0) }
    }
  }

  @Test func `holds unused items back by how many of them are likely to be disliked`() {
    // Nothing unused, or nothing that was used by one alone: no reason to hold back.
    #expect(FusionFit.unusedOffset(counts: [1, 2, 3]) == 0)
    #expect(FusionFit.unusedOffset(counts: [0, 0, 5, 6]) == 0)
    #expect(FusionFit.unusedOffset(counts: []) == 0)
    // f₁ = 4, f₂ = 1: 4·3/(2·2) = 3 of the 6 unused.
    let counts = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2]
    #expect(abs(FusionFit.unusedOffset(counts: counts) - 2 * log(0.5)) < 1e-6)
    // More than there are: all but one in fifty.
    let many = [0] + [Int](repeating: 1, count: 50)
    #expect(abs(FusionFit.unusedOffset(counts: many) - 2 * log(0.02)) < 1e-5)
    // The more are used once, the less is expected of those that are not used.
    let offsets = (0..<10).map { once in
      FusionFit.unusedOffset(
        counts: [Int](repeating: 0, count: 100) + [Int](repeating: 1, count: once))
    }
    for (fewer, more) in zip(offsets, offsets.dropFirst()) { #expect(more <= fewer) }
  }
}
