internal import GRDB

extension EmbedRecError {
  /// What SQLite reports about the database at `path`, in words.
  ///
  /// - Parameters:
  ///   - unstored: What became of the work that met a full disk.
  ///   - remedy: What to do about a damaged file.
  init(_ error: any Error, database path: String, unstored: String, remedy: String) {
    guard let error = error as? DatabaseError else {
      if error is RowDecodingError || error is DecodingError {
        self.init(.damaged, "\(path): holds what no program stored (\(error)): \(remedy)")
      } else {
        self.init(error)
      }
      return
    }
    let details = error.message ?? error.description
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(.storage, "\(path): the disk is full. \(unstored)")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(.busy, "\(path): another process is writing to it: try again")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(.damaged, "\(path): is damaged or no SQLite database (\(details)): \(remedy)")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      self.init(.storage, "\(path): \(details): check the permissions of the folder and the file")
    default:
      self.init(.storage, "\(path): \(details)")
    }
  }
}
