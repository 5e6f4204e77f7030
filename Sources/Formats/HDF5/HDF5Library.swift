import CHDF5
import Parameters
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// libhdf5 as a whole: one lock around every call, its own printing of errors switched off.
///
/// libhdf5 need not be built thread-safe, so nothing calls it outside `locked`. The lock is recursive, because a handle
/// may be released (and so closed) inside a locked section.
enum HDF5 {
    /// `H5P_DEFAULT`, which Swift cannot import.
    static let defaults: hid_t = 0
    /// `H5S_ALL`, which Swift cannot import.
    static let all: hid_t = 0
    /// `HADDR_UNDEF`: the address of what was never written.
    static let noAddress = haddr_t.max
    /// `H5T_VARIABLE`.
    static let variable = Int(bitPattern: UInt.max)
    /// The most bytes that a piece of metadata (an attribute, a sensor) may take.
    static let largestMetadata = 1 << 28

    /// No file reaches so far; offsets below it can be added to without overflow.
    static let farthestOffset = 1 << 60

    private static let lock = RecursiveLock()

    /// Runs a body that calls libhdf5, one at a time in the process.
    static func locked<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        lock.lock()
        defer { lock.unlock() }
        // A thread-safe build, such as Debian's, prints errors unless each thread has said that it must not.
        H5Eset_auto2(defaults, watchesMemory.load(ordering: .relaxed) ? noteRefusal : nil, nil)
        return try body()
    }

    private static let watchesMemory = Atomic<Bool>(false)
    private static let refused = Atomic<Bool>(false)

    /// Runs a body; whether libhdf5 was refused memory meanwhile, whatever became of its error.
    static func wasRefusedMemory(_ body: () -> Void) -> Bool {
        refused.store(false, ordering: .relaxed)
        watchesMemory.store(true, ordering: .relaxed)
        body()
        watchesMemory.store(false, ordering: .relaxed)
        return refused.load(ordering: .relaxed)
    }

    /// What libhdf5 calls with the errors of each of its functions that fails.
    private static let noteRefusal: H5E_auto2_t = { stack, _ in
        H5Ewalk2(
            stack, H5E_WALK_UPWARD,
            { _, error, _ in
                if error?.pointee.min_num == sluice_H5E_NOSPACE() {
                    HDF5.refused.store(true, ordering: .relaxed)
                }
                return 0
            }, nil)
    }

    /// What libhdf5 says about its last failure: the innermost message; call it inside the same locked section.
    static func lastMessage() -> String {
        var message = ""
        withUnsafeMutablePointer(to: &message) { pointer in
            _ = H5Ewalk2(
                0, H5E_WALK_UPWARD,
                { depth, error, data in
                    guard depth == 0, let error, let data, let text = error.pointee.desc else { return 0 }
                    data.assumingMemoryBound(to: String.self).pointee = String(cString: text)
                    return 0
                }, pointer)
        }
        // Some of its messages hold a date with its own end of line.
        return message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// Whether the last failure was one of writing to a file; call it inside the same locked section.
    static var failedToWrite: Bool {
        var found = false
        withUnsafeMutablePointer(to: &found) { pointer in
            _ = H5Ewalk2(
                0, H5E_WALK_UPWARD,
                { _, error, data in
                    guard let error, let data, error.pointee.min_num == sluice_H5E_WRITEERROR() else {
                        return 0
                    }
                    data.assumingMemoryBound(to: Bool.self).pointee = true
                    return 0
                }, pointer)
        }
        return found
    }

    /// A name that libhdf5 tells in two calls: its length when given no room, then its characters; nil when there is none.
    static func name(_ tell: (_ room: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int) -> String? {
        let length = tell(nil, 0)
        guard length > 0 else { return nil }
        var name = [CChar](repeating: 0, count: length + 1)
        _ = tell(&name, length + 1)
        return String(decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Elements in a shape, or nil when the product overflows.
    static func count(_ shape: [Int]) -> Int? {
        var product = 1
        for extent in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            if overflow || extent < 0 { return nil }
            product = next
        }
        return product
    }
}

/// A recursive mutex that also readies libhdf5 when it is made.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        // Threads may still release handles while the process ends: the library must not be closed under them.
        H5dont_atexit()
        H5open()
        LZF.register()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}

/// An open identifier of libhdf5, closed when the last holder lets go.
final class HDF5Handle: @unchecked Sendable {
    let id: hid_t

    /// Takes over an identifier; nil when libhdf5 gave none.
    init?(_ id: hid_t) {
        guard id >= 0 else { return nil }
        self.id = id
    }

    deinit { HDF5.locked { _ = H5Idec_ref(id) } }
}

/// Whose file an object belongs to and where in it: the place that errors name.
struct HDF5Place: Sendable {
    let file: String
    let path: String

    func child(_ name: String) -> HDF5Place {
        HDF5Place(file: file, path: path == "/" ? "/" + name : path + "/" + name)
    }

    func attribute(_ name: String) -> HDF5Place { HDF5Place(file: file, path: path + " attribute " + name) }

    func error(_ what: String, _ fault: Fault = .data, remedy: String = "") -> HDF5Error {
        HDF5Error(fault, what, file: file, object: path == "/" ? "" : path, remedy: remedy)
    }

    /// An error that carries libhdf5's own reason; call it inside the locked section of the failed call.
    func failure(_ what: String, _ fault: Fault = .data, remedy: String = "") -> HDF5Error {
        let reason = HDF5.lastMessage()
        return error(reason.isEmpty ? what : "\(what) (\(reason))", fault, remedy: remedy)
    }
}
