import Foundation
import Parameters

/// A call to the operating system failed.
public struct SystemError: ClassifiedError, Hashable {
    /// The system's error number.
    public let number: Int32
    /// What was being done, such as `cannot write`.
    public let what: String
    /// The file or device.
    public let place: String

    /// An error of the system; the number defaults to that of the last failed call.
    public init(_ what: String, _ place: String, number: Int32 = errno) {
        self.number = number
        self.what = what
        self.place = place
    }

    /// Missing or forbidden files are the caller's fault, everything else is the machine's.
    public var fault: Fault {
        switch number {
        case ENOENT, EACCES, EPERM, ENOTDIR, EISDIR, EROFS, EEXIST, ENAMETOOLONG, ELOOP: .usage
        default: .machine
        }
    }

    /// One line: what: where: how to mend.
    public var description: String {
        "\(what) (\(String(cString: strerror(number)))): \(place): \(mend)"
    }

    private var mend: String {
        switch number {
        case ENOSPC, EDQUOT: "free some space there or write elsewhere"
        case ENOENT, ENOTDIR: "check the path"
        case EACCES, EPERM, EROFS: "check the permissions or write elsewhere"
        case EEXIST: "use another name or --overwrite"
        default: "check the file system and try again"
        }
    }
}
