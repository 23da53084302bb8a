import Foundation
import TestSupport
import Testing

@Suite struct `embedrec encode` {
  private let folder = try! TemporaryFolder()

  @Test func `serves files and texts in turn`() throws {
    let texts = try folder.write("texts.txt", "A red kayak\r\n\nsoil")
    let file = folder.path("vectors.npy")
    let input = "file\t\(texts)\t\(file)\ntext\tsoil\ntext\ttabs\tare text\n"
    let served = try Program.run(
      "encode", "--serve", "--model", Program.model, input: input, in: folder)
    #expect(served.status == 0 && served.output.hasPrefix("done\n"))
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let header = 10 + Int(data[8]) + 256 * Int(data[9])
    // The empty line is a text, the end of the file is not.
    #expect(String(decoding: data[10..<header], as: UTF8.self).contains("(3, 32)"))
    #expect(data.count == header + 3 * 32 * 4)
  }

  @Test func `says in words why it can't`() throws {
    let texts = try folder.write("texts.txt", "soil\n")
    let latin = folder.path("latin1.txt")
    try Data([0x63, 0xE9, 0x0A]).write(to: URL(fileURLWithPath: latin))
    for (arguments, input, status, words) in [
      (["--serve"], "nonsense\n", 65, "\"nonsense\" is neither text<TAB>"),
      (["--serve"], "file\tnone.txt\tx.npy\n", 66, "none.txt: cannot be read: No such file"),
      (["--input", texts], "", 64, "Give --input and --output, or --serve"),
      (["--input", "none.txt", "--output", "x.npy"], "", 66, "none.txt: cannot be read: No such"),
      (["--input", latin, "--output", "x.npy"], "", 65, "is not UTF-8"),
      (
        ["--input", texts, "--output", "/no/such/x.npy"], "", 74, "cannot be written: No such file"
      ),
      (
        ["--input", texts, "--output", "/dev/full"], "", 74,
        "/dev/full: cannot be written: No space"
      ),
      (["--input", texts, "--output", "x.npy", "--model", texts], "", 69, "no model folder here"),
    ] as [([String], String, Int32, String)] {
      let found = try Program.start(["encode"] + arguments, input: input, in: folder).1()
      #expect(found.status == status && found.output.isEmpty, "\(arguments)")
      #expect(found.errors.contains(words), "\(found.errors)")
    }
  }
}
