internal import CollaborativeFiltering
internal import Compute
public import EmbedRec

/// Holds back part of a log, trains EmbedRec and the baselines on the rest, and asks each for what
/// was held back.
///
///     let experiment = Experiment(
///       sources: InputSources(items: "items.csv", interactions: "log.csv"),
///       parts: .split(.lastShare(0.2), coldItems: 0.2))
///     print(try await experiment.run().report().table())
///
/// Whatever is fitted sees the training part alone, EmbedRec by an index made of it and nothing
/// else. Every ranking is of the whole catalogue but for what the user has in training.
public struct Experiment: Sendable {
  /// How training and test part come about.
  public enum Parts: Sendable, Equatable {
    /// The log of the sources is split; see ``Split/init(_:by:coldItems:minimumHistory:seed:)``.
    case split(Split.Method, coldItems: Double = 0)
    /// They are read from two files of interactions; the log of the sources isn't read.
    case files(train: String, test: String)
  }

  /// Items, the log, and perhaps users.
  public var sources: InputSources
  /// As for an index. Interactions below the minimum value are left out of both parts.
  public var settings: IndexSettings
  /// What is learnt from and what is to be foreseen.
  public var parts: Parts
  /// Of every draw: the same input, settings and seed give the same result.
  public var seed: UInt64
  /// The most test users to ask for; of more, so many are drawn.
  public var userLimit: Int
  /// How many items each recommender gives a user.
  public var listLength: Int
  /// What EmbedRec is compared with, in the order of the report.
  public var baselines: [Baseline]
  /// The encoder's model folder; nil for ``EmbedRec/ModelFolder``'s choice.
  public var model: String?
  /// A folder that keeps the encodings of texts for the next run; nil to keep nothing.
  public var work: String?
  /// How many threads to use. The result doesn't depend on it.
  public var threads: Int

  /// Describes an experiment; nothing is read yet.
  public init(
    sources: InputSources, settings: IndexSettings = IndexSettings(),
    parts: Parts = .split(.lastShare(0.2)), seed: UInt64 = 0, userLimit: Int = 2000,
    listLength: Int = 100, baselines: [Baseline] = Baseline.allCases, model: String? = nil,
    work: String? = nil, threads: Int = 1
  ) {
    self.sources = sources
    self.settings = settings
    self.parts = parts
    self.seed = seed
    self.userLimit = userLimit
    self.listLength = listLength
    self.baselines = baselines
    self.model = model
    self.work = work
    self.threads = threads
  }

  /// Runs the experiment. Cancelling the task stops it between two steps.
  ///
  /// - Parameter report: Told of the progress, from any thread.
  /// - Throws: ``EvaluationError`` for what can't be split or leaves no one to ask for;
  ///   ``EmbedRec/InputError`` for the first malformed row; ``EmbedRec/EmbedRecError`` as an index
  ///   does; `CancellationError`.
  @concurrent
  public func run(
    report: @escaping @Sendable (IndexEvent) -> Void = { _ in }
  ) async throws -> Trials {
    var log = try NumberedLog(sources, settings: settings)
    let split = try parted(&log)
    let (users, asked) = try testUsers(of: split)
    for note in log.notes { report(.note(note)) }
    let title =
      "\(parts), seed \(seed): \(split.train.count) interactions to learn from, "
      + "\(split.test.count) held back, asked for \(asked)"
    report(.note(title))

    var trials = [try await embedRec(split, users, log, report)]
    let matrix = try interactions(split.train, of: log)
    for baseline in baselines {
      try Task.checkCancellation()
      guard baseline.isAffordable(for: matrix) else {
        report(.note("\(baseline.rawValue) is left out: there are too many items for it"))
        continue
      }
      trials.append(
        try timed(baseline.rawValue, report) {
          do {
            return try baseline.rankings(
              for: users, from: matrix, count: listLength, threads: threads)
          } catch { throw EvaluationError("\(baseline.rawValue): \(error)") }
        })
    }
    return Trials(
      title: title, split: split, userIDs: log.userIDs, itemIDs: log.itemIDs, users: users,
      trials: trials)
  }
}

extension Experiment {
  private func parted(_ log: inout NumberedLog) throws -> Split {
    switch parts {
    case .files(let train, let test):
      return Split(train: try log.rows(of: train), test: try log.rows(of: test))
    case .split(let method, let coldItems):
      guard let path = sources.interactions else {
        throw EvaluationError(
          "no interactions are given: name a file with --interactions, or a folder with --dataset")
      }
      return try Split(try log.rows(of: path), by: method, coldItems: coldItems, seed: seed)
    }
  }

  /// The users to ask for, ascending: those with something to foresee and something to foresee it
  /// from, or a sample of them.
  private func testUsers(
    of split: Split
  ) throws(EvaluationError) -> (users: [Int32], description: String) {
    let known = Set(split.train.lazy.map(\.user))
    let users = zip(split.testUsers, split.relevant(to: split.testUsers))
      .filter { known.contains($0) && !$1.isEmpty }.map(\.0)
    guard !users.isEmpty else {
      throw EvaluationError(
        "no user has interactions both in the training part (\(split.train.count) rows) and, with "
          + "other items, in the test part (\(split.test.count) rows): hold back another share, or "
          + "bring a longer log; users with fewer than 5 interactions are not split")
    }
    var random = SeededRandom(seed: seed)
    let sample = random.sample(max(userLimit, 0), below: users.count).sorted().map { users[$0] }
    return (sample, "\(sample.count) of \(users.count) users")
  }

  private func embedRec(
    _ split: Split, _ users: [Int32], _ log: NumberedLog,
    _ report: @escaping @Sendable (IndexEvent) -> Void
  ) async throws -> Trials.Trial {
    let index = try TrainingIndex(work: work)
    defer { index.remove() }
    let recommender = try await index.build(
      split.train, of: log, sources, settings, model: model, threads: threads, report: report)
    return try timed("EmbedRec", report) {
      let queries = users.map { Query(.user(log.userIDs[Int($0)]), count: listLength) }
      return try recommender.recommend(queries, threads: threads).map { answer in
        Ranking(items: answer.map { log.number(ofItem: $0.item) }, scores: answer.map(\.score))
      }
    }
  }

  private func interactions(
    _ rows: [Split.Row], of log: NumberedLog
  ) throws(EvaluationError) -> InteractionMatrix {
    let times = rows.compactMap(\.time)
    do {
      return try InteractionMatrix(
        users: rows.map(\.user), items: rows.map(\.item),
        times: times.count == rows.count ? times : nil, userCount: log.userIDs.count,
        itemCount: log.itemIDs.count)
    } catch { throw EvaluationError("the training part: \(error)") }
  }

  private func timed(
    _ name: String, _ report: (IndexEvent) -> Void, _ body: () throws -> [Ranking]
  ) throws -> Trials.Trial {
    let start = ContinuousClock.now
    let rankings = try body()
    let tenths = Int(((ContinuousClock.now - start) / .milliseconds(100)).rounded())
    report(.note("\(name): \(rankings.count) rankings in \(tenths / 10).\(tenths % 10) s"))
    return Trials.Trial(recommender: name, rankings: rankings)
  }
}
