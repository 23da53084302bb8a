import EmbedRec
import Evaluation
import Testing

@Suite struct `What is held back` {
  /// All that an experiment said, but for what it was measured against.
  private static func rankings(_ trials: Trials) -> [String: [String: Ranking]] {
    var found: [String: [String: Ranking]] = [:]
    for trial in trials.trials {
      for (user, ranking) in zip(trials.users, trial.rankings) {
        found[trial.recommender, default: [:]][trials.userIDs[Int(user)]] = ranking
      }
    }
    return found
  }

  @Test func `moves no score of any recommender when it is planted in the test file alone`()
    async throws
  {
    let shop = try SmallShop()
    defer { shop.remove() }
    // The last two of each twelve are test; i, 0 is cold: all its rows are left out.
    let open = shop.log.filter { $0.item != "i, 0" }
    let train = try shop.write(open.filter { $0.time % 100 < 10 }, to: "train.csv")
    let held = open.filter { $0.time % 100 >= 10 }
    let test = try shop.write(held, to: "test.csv")
    let planted = ["u0", "u3", "u7"].map { ($0, "i, 0", 5, 9_999) }
    let test2 = try shop.write(held + planted, to: "planted.csv")

    let without = try await shop.experiment(parts: .files(train: train, test: test)).run()
    let with = try await shop.experiment(parts: .files(train: train, test: test2)).run()
    #expect(without.trials.map(\.recommender) == ["EmbedRec"] + Baseline.allCases.map(\.rawValue))
    #expect(Self.rankings(with) == Self.rankings(without))
    // It did count: there is a cold view now.
    #expect(!without.report().rows.contains { $0.view == .cold })
    #expect(with.report().rows.first { $0.view == .cold }?.metrics.users == 3)

    // In training, the same rows move the scores of all: the comparison above can fail.
    let leaked = ["u0", "u3", "u7"].map { ($0, "i, 0", 5, 50) }
    let train2 = try shop.write(open.filter { $0.time % 100 < 10 } + leaked, to: "leaking.csv")
    let leaking = try await shop.experiment(parts: .files(train: train2, test: test)).run()
    for (recommender, lists) in Self.rankings(leaking) {
      #expect(lists != Self.rankings(without)[recommender], "\(recommender)")
    }
  }

  @Test func `moves no score when a split puts it into the test part`() async throws {
    let shop = try SmallShop()
    defer { shop.remove() }
    // Of 12 rows the last 2 are held back, of 13 the last 3: the training part stays as it is.
    let planted = ("u5", "i, 1", 5, 99_999)
    let user = shop.log.filter { $0.user == "u5" }
    #expect(!user.contains { $0.item == planted.1 })
    let log = try shop.write(shop.log, to: "log.csv")
    let log2 = try shop.write(shop.log + [planted], to: "planted.csv")
    let without = try await shop.experiment(log: log, parts: .split(.lastShare(0.2))).run()
    let with = try await shop.experiment(log: log2, parts: .split(.lastShare(0.2))).run()
    #expect(with.split.test.count == without.split.test.count + 1)
    #expect(with.split.train == without.split.train)
    #expect(Self.rankings(with) == Self.rankings(without))
  }

  @Test func `of an earlier experiment in the same working folder is forgotten`() async throws {
    let shop = try SmallShop()
    defer { shop.remove() }
    let log = try shop.write(shop.log, to: "log.csv")
    let last = shop.experiment(log: log, parts: .split(.lastShare(0.2)))
    let alone = try await last.run()
    _ = try await shop.experiment(log: log, parts: .split(.random(0.5), coldItems: 0.3)).run()
    let again = try await last.run()
    #expect(Self.rankings(again) == Self.rankings(alone))
  }
}
