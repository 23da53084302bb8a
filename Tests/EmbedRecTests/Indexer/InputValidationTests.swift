import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `A dry run` {
  @Test func `finds what a build would find, and stores nothing`() throws {
    let folder = try TemporaryFolder()
    let sources = InputSources(
      items: try folder.write("i.csv", "id,title\na,river\nb,kayak\n"),
      users: try folder.write("u.csv", "id,age\nu,24\nv,\n"),
      interactions: try folder.write("l.csv", "user,item\nu,gone\nu,a\nw,b\nu,lost\n"))
    let summary = try InputValidation.validate(sources)
    #expect(summary.items?.accepted == 2 && summary.users?.accepted == 2)
    #expect(summary.interactions?.accepted == 4)
    #expect(summary.unknownItems == 2)
    #expect(summary.firstUnknownItem?.id == "gone" && summary.firstUnknownItem?.line == 2)
    #expect(summary.notes.contains { $0.contains("2 of 4") && $0.contains("\"gone\" on line 2") })
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == ["i.csv", "l.csv", "u.csv"])
  }

  @Test func `knows no unknown items without a file of items`() throws {
    let folder = try TemporaryFolder()
    let log = try folder.write("l.csv", "user,item\nu,gone\n")
    #expect(try InputValidation.validate(InputSources(interactions: log)).unknownItems == 0)
  }

  @Test func `ends at the first bad row, or counts them all if asked to`() throws {
    let folder = try TemporaryFolder()
    let items = try folder.write("i.csv", "id,title\na,river\n,x\n,y\nb,kayak\n")
    let error = #expect(throws: EmbedRecError.self) {
      _ = try InputValidation.validate(InputSources(items: items))
    }
    #expect(error?.kind == .input && error!.description.contains("i.csv:3"))
    let summary = try InputValidation.validate(InputSources(items: items, policy: .skip))
    #expect(summary.items?.accepted == 2 && summary.items?.skipped == 2)
    #expect(summary.notes.count { $0.contains("i.csv") } == 2)
  }

  @Test func `names the fields where one is asked for that no item has`() throws {
    let folder = try TemporaryFolder()
    let items = try folder.write("i.csv", "id,title,plot\na,river,long\n")
    let error = #expect(throws: EmbedRecError.self) {
      _ = try InputValidation.validate(
        InputSources(items: items), settings: IndexSettings(itemTextFields: ["title", "colour"]))
    }
    #expect(error?.kind == .input && error!.description.contains("\"colour\""))
    #expect(error?.description.contains("plot") == true)
  }

  @Test func `refuses a log none of whose items is known, and names the flag`() throws {
    let folder = try TemporaryFolder()
    let items = try folder.write("i.csv", "id,title\na,river\n")
    let log = try folder.write("l.csv", "user,item\nu,x\nu,y\n")
    let error = #expect(throws: EmbedRecError.self) {
      _ = try InputValidation.validate(InputSources(items: items, interactions: log))
    }
    #expect(error?.kind == .input && error!.description.contains("--item-column"))
    #expect(error?.description.contains("l.csv:2") == true)
  }
}
