import CCrypto
import Foundation

/// SHA-256 of data that come piece by piece (FIPS 180-4), by the system's libcrypto.
public final class Digest {
    private let context: OpaquePointer?
    private var failed: Bool

    /// Starts a digest.
    public init() {
        context = EVP_MD_CTX_new()
        failed = context == nil || EVP_DigestInit_ex(context, EVP_sha256(), nil) != 1
    }

    deinit { EVP_MD_CTX_free(context) }

    /// Takes in bytes.
    public func add(_ bytes: UnsafeRawBufferPointer) {
        guard !failed, !bytes.isEmpty else { return }
        failed = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) != 1
    }

    /// Ends the digest: 64 hexadecimal digits, or nil if libcrypto failed.
    public func finish() -> String? {
        guard !failed else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        failed = true
        guard EVP_DigestFinal_ex(context, &bytes, &count) == 1 else { return nil }
        return bytes.prefix(Int(count)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    /// The digest of a whole file.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    public static func file(_ path: String) throws(SystemError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("cannot read", path) }
        defer { close(descriptor) }
        return try file(descriptor, path: path).digest
    }

    /// The digest and size of an open file, read from its start.
    ///
    /// - Throws: `SystemError` when it cannot be read.
    static func file(_ descriptor: Int32, path: String) throws(SystemError) -> (digest: String, bytes: Int) {
        let digest = Digest()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var total = 0
        while true {
            let count = buffer.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, off_t(total))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("cannot read back", path) }
            if count == 0 { break }
            buffer.withUnsafeBytes { digest.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            total += count
        }
        guard let text = digest.finish() else {
            throw SystemError("cannot compute SHA-256", path, number: ENOTSUP)
        }
        return (text, total)
    }
}
