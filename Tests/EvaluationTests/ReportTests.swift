import Compute
import Evaluation
import Testing

@Suite struct `A report` {
  private static let example = Report(
    title: "Toy data",
    rows: [
      Report.Row(
        recommender: "popular", view: .all,
        metrics: Metrics(
          users: 120,
          estimates: [
            .recall(at: 5): Estimate(mean: 0.125, lower: 0.1, upper: 0.15),
            .recall(at: 20): Estimate(mean: 0.25, lower: 0.2, upper: 0.3),
          ]),
        exposure: Exposure(
          of: [[1, 2]], candidates: [1, 2, 3, 4], popularity: [1: 30, 2: 1], cold: [])),
      Report.Row(recommender: "é", view: .cold, metrics: Metrics(users: 0, estimates: [:])),
    ])

  @Test func `is a table with aligned columns`() {
    #expect(
      Self.example.table() == """
        Toy data

        recommender  view  users        recall@5       recall@20  coverage@20  gini@20  popularity@20  cold_share@20
        popular      all     120  0.1250 ±0.0250  0.2500 ±0.0500       0.5000   0.5000           15.5         0.0000
        é            cold      0               –               –            –        –              –              –

        """)
  }

  @Test func `shows the chosen measures, and intervals or not`() {
    var report = Self.example
    report.title = ""
    report.rows[0].exposure = nil
    #expect(
      report.table(measures: [.recall(at: 20), .map(at: 3)], intervals: false) == """
        recommender  view  users  recall@20  map@3
        popular      all     120     0.2500      –
        é            cold      0          –      –

        """)
    #expect(Report().table() == "recommender  view  users\n")
  }

  @Test func `shows each recommender's exposure once, in a table of its own`() {
    var report = Self.example
    report.rows.append(report.rows[0])
    report.rows[2].view = .warm
    #expect(
      report.exposureTable() == """
        recommender  coverage@20  gini@20  popularity@20  cold_share@20
        popular           0.5000   0.5000           15.5         0.0000

        """)
    #expect(!report.table(exposure: false).contains("coverage"))
    #expect(Report().exposureTable().hasPrefix("recommender"))
  }

  @Test func `is JSON with sorted keys and measures by name`() throws {
    let report = Report(
      title: "a/b",
      rows: [
        Report.Row(
          recommender: "x", view: .warm,
          metrics: Metrics(
            users: 2,
            estimates: [
              .recall(at: 5): Estimate(mean: 0.5, lower: 0, upper: 1),
              .map(at: 5): Estimate(mean: 0.25, lower: 0, upper: 0.5),
            ]))
      ])
    #expect(
      try report.json() == """
        {
          "rows" : [
            {
              "metrics" : {
                "estimates" : {
                  "map@5" : {
                    "lower" : 0,
                    "mean" : 0.25,
                    "upper" : 0.5
                  },
                  "recall@5" : {
                    "lower" : 0,
                    "mean" : 0.5,
                    "upper" : 1
                  }
                },
                "users" : 2
              },
              "recommender" : "x",
              "view" : "warm"
            }
          ],
          "title" : "a/b"
        }
        """)
  }

  @Test func `reads back from its JSON`() throws {
    #expect(try Report(json: Self.example.json()) == Self.example)
    #expect(try Report(json: Report().json()) == Report())
  }

  @Test func `that is not finite has no JSON`() {
    let row = Report.Row(
      recommender: "x", view: .all,
      metrics: Metrics(
        users: 1, estimates: [.recall(at: 1): Estimate(mean: .nan, lower: 0, upper: 0)]))
    #expect(throws: EvaluationError.self) { try Report(rows: [row]).json() }
  }

  @Test func `in damaged JSON is refused, never a crash`() throws {
    let bytes = Array(try Self.example.json().utf8)
    var random = SeededRandom(seed: 1)
    var refused = 0
    for _ in 0..<2000 {
      var damaged = bytes
      for _ in 0...random.index(below: 3) {
        let place = random.index(below: damaged.count)
        switch random.index(below: 3) {
        case 0: damaged[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: damaged.remove(at: place)
        default: damaged.removeSubrange(place...)
        }
        if damaged.isEmpty { break }
      }
      do throws(EvaluationError) {
        _ = try Report(json: String(decoding: damaged, as: UTF8.self)).table()
      } catch {
        #expect(error.description.hasPrefix("this is not a report in JSON: "))
        refused += 1
      }
    }
    #expect(refused > 1000)
  }
}
