import CollaborativeFiltering
import EmbedRec
import Testing

@Suite struct `A simulated cold start` {
  @Test(arguments: 1...6)
  func `takes from each user what it holds out, and nothing else`(seed: UInt64) throws {
    let log = try SmallLog(users: 50, items: 40)
    let all = log.interactions
    let simulation = try SimulatedColdStart(all, seed: seed)
    let left = simulation.interactions
    #expect(left.userCount == all.userCount && left.itemCount == all.itemCount)
    #expect(simulation.heldOut.count == all.userCount)
    let warm = Set(left.warmItems)
    for user in 0..<all.userCount {
      let before = all.history(of: user)
      let after = left.history(of: user)
      let taken = simulation.heldOut[user]
      #expect(Set(after).isDisjoint(with: taken))
      #expect((after + taken).sorted() == before.sorted())
      #expect(taken == taken.sorted())
      // What is left keeps its order, and what else was taken of it came later.
      #expect(before.filter { after.contains($0) } == after)
      if let last = after.last {
        let late = before.suffix(from: before.firstIndex(of: last)! + 1)
        let early = taken.filter { !late.contains($0) }
        #expect(warm.isDisjoint(with: early), "an item was held out that is not the latest")
      }
    }
  }

  @Test func `leaves a fifth of the used items without any interaction`() throws {
    // Long histories: what is not stripped of everything keeps something.
    let log = try SmallLog(users: 200, items: 54, cold: 4, history: 40)
    let simulation = try SimulatedColdStart(log.interactions, seed: 11)
    #expect(log.interactions.warmItems.count == 50)
    #expect(simulation.interactions.warmItems.count == 40)
    // Of the rest a fifth of each history goes, and at least one of two.
    for user in 0..<200 {
      let kept = simulation.interactions.history(of: user).count
      let warm = Set(simulation.interactions.warmItems)
      let before = log.interactions.history(of: user).count { warm.contains($0) }
      let expected = before < 2 ? 0 : max(1, Int((Double(before) * 0.2).rounded()))
      #expect(before - kept == expected)
    }
  }

  @Test func `is another with another seed and the same with the same`() throws {
    let log = try SmallLog(users: 50, items: 40)
    let one = try SimulatedColdStart(log.interactions, seed: 1)
    let again = try SimulatedColdStart(log.interactions, seed: 1)
    let other = try SimulatedColdStart(log.interactions, seed: 2)
    #expect(one.heldOut == again.heldOut)
    #expect(Array(one.interactions.histories) == Array(again.interactions.histories))
    #expect(one.heldOut != other.heldOut)
  }

  @Test func `of nothing is nothing`() throws {
    let empty = try InteractionMatrix(users: [], items: [], userCount: 3, itemCount: 2)
    let simulation = try SimulatedColdStart(empty, seed: 1)
    #expect(simulation.heldOut == [[], [], []] && simulation.interactions.count == 0)
  }
}
