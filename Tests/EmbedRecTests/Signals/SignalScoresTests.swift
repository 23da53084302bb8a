import Compute
import EmbedRec
import Testing

@Suite struct `Signals` {
  @Test(arguments: 1...5)
  func `are what their formulas say`(seed: UInt64) throws {
    let log = try SmallLog(seed: seed)
    let model = try SignalModel(
      fitting: log.interactions, textVectors: log.textVectors, threads: 2)
    let reference = DenseSignals(log)
    var random = SeededRandom(seed: seed)
    for history in log.histories(&random) {
      let expected = reference.scores(of: history.items.map(Int.init))
      let found = model.scores(of: history)
      for signal in Signal.allCases {
        for (a, b) in zip(found[signal], expected[signal.rawValue]) {
          // Single precision against double, over sums of values below 1 each.
          #expect(abs(Double(a) - b) < 1e-5, "\(signal) of \(history.items.count) items")
        }
      }
    }
  }

  @Test func `say something at all, each of them`() throws {
    let log = try SmallLog()
    let model = try SignalModel(
      fitting: log.interactions, textVectors: log.textVectors, threads: 1)
    let scores = model.scores(of: History(items: [0, 5, 7]))
    for signal in Signal.allCases { #expect(scores[signal].contains { abs($0) > 1e-3 }) }
  }

  @Test func `of some items are those that they have among all`() throws {
    let log = try SmallLog(items: 40)
    let model = try SignalModel(
      fitting: log.interactions, textVectors: log.textVectors, threads: 1)
    var random = SeededRandom(seed: 2)
    for var history in log.histories(&random) {
      history.texts = [model.vectors.row(1)]
      let all = model.scores(of: history)
      let fromLog = model.logScores(of: history)
      for count in [0, 1, 7, 8, 9, 40] {
        let items = random.sample(count, below: 40).map { Int32($0) }
        let some = model.addTextScores(to: fromLog, of: history, items: items)
        for signal in Signal.allCases {
          #expect(some[signal].count == count)
          for (place, item) in items.enumerated() {
            // Products over other shapes round differently.
            #expect(abs(some[signal][place] - all[signal][Int(item)]) < 1e-5)
          }
        }
      }
    }
  }

  @Test func `do not depend on the number of threads`() throws {
    let log = try SmallLog(users: 60, items: 50)
    let models = try [1, 2, 5].map {
      try SignalModel(fitting: log.interactions, textVectors: log.textVectors, threads: $0)
    }
    let history = History(items: [1, 4, 30])
    for other in models.dropFirst() {
      #expect(other.scores(of: history) == models[0].scores(of: history))
    }
  }

  @Test func `of the log are silent about items that no one used, and those of texts are not`()
    throws
  {
    let log = try SmallLog()
    let model = try SignalModel(
      fitting: log.interactions, textVectors: log.textVectors, threads: 1)
    let scores = model.scores(of: History(items: [0, 1, 2, 3, 4, 5]))
    let cold = (0..<log.itemCount).filter { model.counts[$0] == 0 }
    #expect(cold.count >= 4)
    for signal in [Signal.likedTogether, .likedTogetherLately, .neighbours, .transitions] {
      #expect(cold.allSatisfy { scores[signal][$0] == 0 })
    }
    #expect(cold.allSatisfy { scores[.textOfLikes][$0] != 0 })
    #expect(cold.contains { scores[.similarText][$0] > 0 })
  }

  @Test func `of a text are as those of an item with its spread, and shift with nothing else`()
    throws
  {
    let log = try SmallLog()
    let model = try SignalModel(
      fitting: log.interactions, textVectors: log.textVectors, threads: 1)
    let scores = model.scores(of: History(texts: [model.vectors.row(6)]))
    // A text votes for what is like it, first of all for the very same text, and says nothing else.
    let best = scores[.similarText].indices.max {
      scores[.similarText][$0] < scores[.similarText][$1]
    }
    #expect(best == 6)
    for signal in Signal.allCases where signal != .similarText {
      #expect(scores[signal].allSatisfy { $0 == 0 })
    }
  }

  @Test func `of an item added later are those of an unused item with its text`() throws {
    let log = try SmallLog(items: 30, cold: 6)
    let model = try SignalModel(
      fitting: log.interactions, textVectors: log.textVectors, threads: 1)
    // The last six once more, as if they had been added after the fit.
    let twins = Array(24..<30)
    var texts = Matrix(rows: 6, columns: log.textVectors.columns)
    for (row, item) in twins.enumerated() {
      for column in 0..<texts.columns { texts[row, column] = log.textVectors[item, column] }
    }
    let overlay = Overlay(
      sequence: 1, rows: (100..<106).map { Int64($0) }, vectors: texts, model: model)
    let evidence = Evidence(model)
    for (row, item) in twins.enumerated() {
      for column in 0..<Evidence.width {
        let added = overlay.evidence.values[row * Evidence.width + column]
        #expect(abs(added - evidence.values[item * Evidence.width + column]) < 1e-5)
      }
    }
    var random = SeededRandom(seed: 3)
    for history in log.histories(&random) {
      let known = History(items: history.items.filter { $0 < 24 }, texts: [model.vectors.row(2)])
      let scores = model.scores(of: known)
      let added = overlay.scores(of: known, liked: scores[.likedTogether], model)
      for signal in Signal.allCases {
        for (row, item) in twins.enumerated() {
          #expect(abs(added[signal][row] - scores[signal][item]) < 1e-5)
        }
      }
    }
  }
}
