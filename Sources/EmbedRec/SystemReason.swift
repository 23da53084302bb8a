internal import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the operating system said, of the errors that Foundation wraps it in: their own words are
/// often no more than a domain and a number.
extension Error {
  /// The `errno` value below, or nil where there is none.
  package var systemCode: Int32? {
    // Not `as? POSIXError`: what Foundation's file handles wrap is not one, only in its domain.
    let error = self as NSError
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? any Error)?.systemCode
  }

  /// `No such file or directory`, or what Foundation says where the system didn't say anything.
  package var systemReason: String {
    systemCode.map { String(cString: strerror($0)) } ?? localizedDescription
  }
}
