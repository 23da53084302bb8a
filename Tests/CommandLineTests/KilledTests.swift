import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct `embedrec index, ended by force` {
  private let shop = try! PrintedShop()
  private var folder: TemporaryFolder { shop.folder }

  private func answer(at index: String) throws -> Program.Outcome {
    try Program.run(
      "query", "--users-from", folder.path("users.txt"), "--include-seen", "-k", "50", "--format",
      "csv", "--index", index, in: folder)
  }

  @Test func `never disturbs a query, and the next run makes what an undisturbed one would`() throws
  {
    let many = try shop.writeMany(6000)
    try folder.write("users.txt", "anna\nben\nnobody\n")
    let old = try answer(at: shop.index)
    func copy(_ name: String) throws -> String {
      let path = folder.path(name)
      try FileManager.default.copyItem(atPath: shop.index, toPath: path)
      return path
    }

    // What a run that nobody disturbs makes, and how long it takes here and now.
    let undisturbed = try copy("undisturbed")
    let start = ContinuousClock.now
    let made = try Program.run("index", "--items", many, "--index", undisturbed, in: folder)
    let time = ContinuousClock.now - start
    try #require(made.status == 0, "\(made.errors)")
    let new = try answer(at: undisturbed)
    #expect(new.output != old.output)

    // Moments all over the run, and close together at its end, where it publishes.
    for (number, share) in [0.05, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.98].enumerated() {
      let index = try copy("killed-\(number)")
      let (process, finish) = try Program.start(
        ["index", "--items", many, "--index", index], in: folder)
      let moment = ContinuousClock.now + time * share
      repeat {
        let during = try answer(at: index)
        #expect(during.status == 0 && [old.output, new.output].contains(during.output))
      } while ContinuousClock.now < moment
      kill(process.processIdentifier, SIGKILL)
      _ = try finish()

      let after = try answer(at: index)
      #expect(after.status == 0 && [old.output, new.output].contains(after.output))
      let next = try Program.run("index", "--items", many, "--index", index, "--quiet", in: folder)
      #expect(next.status == 0, "\(next.errors)")
      #expect(try answer(at: index).output == new.output)
      // Nothing is left of the run that was killed.
      let left = try FileManager.default.contentsOfDirectory(atPath: index + "/generations")
      #expect(!left.contains("unpublished"))
    }
  }
}
