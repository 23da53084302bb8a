import Foundation
import TestSupport
import Testing

/// A real file system that is full, where one can be mounted: by root on Linux.
@Suite struct `embedrec on a full disk` {
  private let shop = try! PrintedShop()

  @Test(.enabled(if: SmallDisk.canBeMounted, "needs the right to mount a small file system"))
  func `ends with a clear error, answers on, and goes on once there is room`() throws {
    let disk = try SmallDisk(in: shop.folder, kilobytes: 3000)
    let index = disk.path + "/index"
    try FileManager.default.copyItem(atPath: shop.index, toPath: index)
    func run(_ arguments: String...) throws -> Program.Outcome {
      try Program.start(arguments + ["--index", index], in: shop.folder).1()
    }
    let before = try run("query", "--user", "anna", "--format", "csv")
    let many = try shop.writeMany(8000)
    let built = try run("index", "--items", many)
    #expect(built.status == 74 && built.output.isEmpty)
    #expect(built.errors.contains("error: \(index)/") && built.errors.contains("is full"))
    #expect(try run("query", "--user", "anna", "--format", "csv").output == before.output)

    // Not a byte is left: queries don't need one.
    try? disk.fill()
    let found = try run("query", "--user", "anna", "--format", "csv")
    #expect(found.status == 0 && found.output == before.output)
    let added = try run("add", "--id", "new", "--text", "A green kayak")
    #expect(added.status == 74 && added.output.isEmpty)
    #expect(added.errors.contains("Nothing of this change was stored: make room and repeat it"))

    try disk.grow(toKilobytes: 64_000)
    #expect(try run("index", "--items", many, "--quiet").status == 0)
    #expect(try run("query", "--item", "k7", "-k", "1").status == 0)
  }
}

/// A file system in memory that goes when the value does.
private final class SmallDisk {
  let path: String
  private let folder: TemporaryFolder

  static let canBeMounted: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? SmallDisk(in: folder, kilobytes: 16)) != nil
  }()

  init(in folder: TemporaryFolder, kilobytes: Int) throws {
    self.folder = folder
    path = folder.path("disk")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try shell("mount -t tmpfs -o size=\(kilobytes)k tmpfs")
  }

  deinit { try? shell("umount") }

  func grow(toKilobytes kilobytes: Int) throws {
    try shell("rm -f \"$0/fill\"; mount -o remount,size=\(kilobytes)k")
  }

  /// Fills what is left; the shell's complaint is the point of it.
  func fill() throws { try shell("cat /dev/zero > \"$0/fill\"; true") }

  /// Runs a command with the disk's path behind it.
  private func shell(_ command: String) throws {
    let (_, finish) = try Program.start(
      ["-c", command + " \"$0\"", path], in: folder, executable: "/bin/sh")
    let outcome = try finish()
    guard outcome.status == 0 else { throw Refused(reason: outcome.errors) }
  }

  private struct Refused: Error { var reason: String }
}
