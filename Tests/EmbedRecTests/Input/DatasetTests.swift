import EmbedRec
import Foundation
import TestSupport
import Testing

@Suite struct `Data set folders` {
  private func failure(_ folder: TemporaryFolder) -> String {
    do {
      _ = try Dataset(directory: folder.path)
      return ""
    } catch {
      return error.problem.message
    }
  }

  @Test func `the folder's name goes before other atomic files`() throws {
    let folder = try TemporaryFolder(name: "ml-100k")
    for name in ["ml-100k.inter.gz", "other.inter", "x.item", "x.user"] {
      _ = try folder.write(name, "")
    }
    for path in [folder.path, folder.path + "/"] {
      let dataset = try Dataset(directory: path)
      #expect(dataset.interactions == folder.path + "/ml-100k.inter.gz")
      #expect(dataset.items == folder.path + "/x.item")
      #expect(dataset.users == folder.path + "/x.user")
    }
  }

  @Test func `plain names do as well, and users may be missing`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("items.jsonl.gz", "")
    _ = try folder.write("interactions.tsv", "")
    let dataset = try Dataset(directory: folder.path)
    #expect(dataset.items == folder.path + "/items.jsonl.gz")
    #expect(dataset.interactions == folder.path + "/interactions.tsv")
    #expect(dataset.users == nil)
  }

  @Test func `what is missing or could be meant twice is named`() throws {
    let folder = try TemporaryFolder()
    #expect(failure(folder) == "this folder lacks items.jsonl (or .csv, .tsv); it holds nothing")
    _ = try folder.write("a.inter", "")
    #expect(failure(folder) == "this folder lacks NAME.item; it holds a.inter")
    _ = try folder.write("b.inter", "")
    #expect(
      failure(folder)
        == "any of a.inter, b.inter could be meant; leave one, or name the files one by one")
    #expect(throws: InputError.self) { _ = try Dataset(directory: folder.path + "/none") }
  }
}
