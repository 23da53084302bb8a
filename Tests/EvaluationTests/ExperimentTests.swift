import EmbedRec
import Evaluation
import Foundation
import Synchronization
import Testing

@Suite struct `An experiment` {
  @Test func `ranks the whole catalogue but the user's training items, for every recommender`()
    async throws
  {
    let shop = try SmallShop()
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    let trials = try await shop.experiment(
      log: log, parts: .split(.lastShare(0.2), coldItems: 0.2)
    ).run()
    #expect(trials.itemIDs == (0..<45).map { "i, \($0)" })
    #expect(trials.trials.count == 4)
    for trial in trials.trials {
      for (user, ranking) in zip(trials.users, trial.rankings) {
        let known = Set(trials.split.train.filter { $0.user == user }.map(\.item))
        #expect(Set(ranking.items) == Set(0..<45).subtracting(known), "\(trial.recommender)")
        #expect(ranking.items.count == 45 - known.count)
        #expect(zip(ranking.scores, ranking.scores.dropFirst()).allSatisfy(>=))
      }
    }
  }

  @Test func `agrees with popularity counted by hand, ties by the items' order`() async throws {
    let shop = try SmallShop()
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    var experiment = shop.experiment(log: log, parts: .split(.leaveLastOneOut))
    experiment.baselines = [.popularity]
    let trials = try await experiment.run()
    let counts = (0..<Int32(45)).map { item in trials.split.train.count { $0.item == item } }
    for (user, ranking) in zip(trials.users, trials.trials[1].rankings) {
      let known = Set(trials.split.train.filter { $0.user == user }.map(\.item))
      let expected = (0..<Int32(45)).filter { !known.contains($0) }
        .sorted { (-counts[Int($0)], $0) < (-counts[Int($1)], $1) }
      #expect(ranking.items == expected)
    }
  }

  @Test func `gives the same for the same seed and any number of threads, and encodes once`()
    async throws
  {
    let shop = try SmallShop()
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    var experiment = shop.experiment(log: log, parts: .split(.random(0.2), coldItems: 0.2))
    experiment.userLimit = 11
    let said = Mutex<[String]>([])
    let first = try await experiment.run()
    experiment.threads = 1
    let second = try await experiment.run { event in
      if case .finished(.encoding, _, let detail) = event { said.withLock { $0.append(detail) } }
    }
    #expect(first.users.count == 11)
    #expect(first.report() == second.report())
    #expect(first.trials.map(\.rankings) == second.trials.map(\.rankings))
    #expect(said.withLock { $0 } == ["0 texts encoded, 45 known already"])
    let left = try FileManager.default.contentsOfDirectory(atPath: shop.path("work"))
    #expect(left == ["encodings.sqlite"])
    experiment.seed = 1
    let other = try await experiment.run()
    #expect(other.users != first.users)
    #expect(other.split != first.split)
  }

  @Test func `leaves interactions below the minimum value out of both parts`() async throws {
    let shop = try SmallShop()
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    let all = try await shop.experiment(log: log, parts: .split(.lastShare(0.2))).run()
    let liked = try await shop.experiment(
      log: log, parts: .split(.lastShare(0.2)), settings: IndexSettings(minimumValue: 4)
    ).run()
    #expect(all.split.train.count + all.split.test.count == shop.log.count)
    let rows = liked.split.train + liked.split.test
    #expect(rows.count == shop.log.count { $0.value >= 4 })
    #expect(rows.allSatisfy { $0.value! >= 4 })
  }

  @Test func `beats popularity where users have a taste, and shows cold items`() async throws {
    let shop = try SmallShop(users: 60, items: 120)
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    let report = try await shop.experiment(
      log: log, parts: .split(.random(0.2), coldItems: 0.2)
    ).run().report()
    func row(_ recommender: String, _ view: Report.View) -> Report.Row? {
      report.rows.first { $0.recommender == recommender && $0.view == view }
    }
    let ours = try #require(row("EmbedRec", .all)?.metrics[.recall(at: 10)])
    let popular = try #require(row("popularity", .all)?.metrics[.recall(at: 10)])
    #expect(ours.lower > popular.upper)
    #expect(row("EmbedRec", .all)!.exposure!.coldShare > 0)
    #expect(report.rows.count == 12)
  }

  @Test func `says what is missing`() async throws {
    let shop = try SmallShop(users: 3)
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    await #expect {
      try await shop.experiment(parts: .split(.lastShare(0.2))).run()
    } throws: { "\($0)".contains("no interactions are given") }
    await #expect {
      try await shop.experiment(log: log, parts: .split(.lastShare(0))).run()
    } throws: { "\($0)".contains("no user has interactions both in the training part") }
    let foreign = try shop.write([("u1", "nothing of ours", 5, 1)], to: "foreign.csv")
    await #expect {
      try await shop.experiment(log: foreign, parts: .split(.lastShare(0.2))).run()
    } throws: { "\($0)".contains("1 name items that are not in the catalogue") }
    await #expect {
      try await shop.experiment(log: log, parts: .files(train: log, test: log)).run()
    } throws: { $0 is EvaluationError }
  }

  @Test func `writes its lists as CSV that quotes what needs it`() async throws {
    let shop = try SmallShop(users: 6)
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    let trials = try await shop.experiment(log: log, parts: .split(.lastShare(0.2))).run()
    let lines = trials.csv(of: trials.trials[0]).split(separator: "\n")
    #expect(lines[0] == "user,item,score")
    #expect(lines.count == 1 + trials.trials[0].rankings.reduce(0) { $0 + $1.items.count })
    #expect(lines[1].hasPrefix("u0,\"i, "))
  }
}
