import Foundation

/// A mask as RFIMasker keeps it: a NumPy file of records (mask ?, chans <f8), shape (2, N), of which the first row carries
/// the flags and the second the channels' centres in Hz.
struct NumPyMask {
    /// How every NumPy file begins.
    static let magic = Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59])
    private static let recordSize = 9

    /// Masked channels, each half way to its neighbours, Hz.
    let ranges: [Range<Double>]

    /// Decodes a file (NumPy enhancement proposal 1); only its plain records, never pickled objects.
    init(_ data: Data, path: String) throws(RFIMaskError) {
        func wrong(_ what: String) -> RFIMaskError {
            RFIMaskError(
                what, path: path, line: nil,
                remedy: "give text, or records (mask ?, chans <f8) of shape (2, N)")
        }
        let bytes = [UInt8](data)
        guard bytes.count > 12, bytes[6] == 1 || bytes[6] == 2 else {
            throw wrong("an .npy file of unknown version")
        }
        let lengthSize = bytes[6] == 1 ? 2 : 4
        let length = bytes[8..<8 + lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
        let start = 8 + lengthSize + length
        guard start <= bytes.count else { throw wrong("the .npy file ends in its header") }
        let header = String(decoding: bytes[8 + lengthSize..<start], as: UTF8.self).filter {
            $0 != " " && $0 != "\""
        }
        guard header.contains("'descr':[('mask','|b1'),('chans','<f8')]"),
            header.contains("'fortran_order':False"),
            let shape = header.firstRange(of: "'shape':(2,"),
            let count = Int(header[shape.upperBound...].prefix { $0.isNumber })
        else { throw wrong("the .npy file holds no RFI mask") }
        guard count > 1, count <= (bytes.count - start) / (2 * Self.recordSize) else {
            throw wrong("the .npy file is shorter than its \(count) channels")
        }
        let centres = (0..<count).map { channel in
            let at = start + (count + channel) * Self.recordSize + 1
            return Double(bitPattern: (0..<8).reduce(0) { $0 | UInt64(bytes[at + $1]) << (8 * $1) })
        }
        guard zip(centres, centres.dropFirst()).allSatisfy({ $0 < $1 }), centres[0] >= 0,
            centres[count - 1].isFinite
        else { throw wrong("the channels of the .npy mask do not ascend") }
        ranges = (0..<count).filter { bytes[start + $0 * Self.recordSize] != 0 }.map { channel in
            let below = channel > 0 ? centres[channel - 1] : 2 * centres[0] - centres[1]
            let above =
                channel < count - 1 ? centres[channel + 1] : 2 * centres[count - 1] - centres[count - 2]
            return (below + centres[channel]) / 2..<(centres[channel] + above) / 2
        }
    }
}
