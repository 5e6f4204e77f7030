import Foundation

extension RFIMask.Content {
    /// What a mask file holds, told by how it begins: `.npy`, a Python pickle, else text.
    ///
    /// - Throws: `RFIMaskError` when it is none of these, or holds no mask.
    init(_ bytes: [UInt8], path: String) throws(RFIMaskError) {
        do throws(EncodedValueError) {
            if bytes.starts(with: NumPyHeader.magic) {
                self = try Self(NumPyFile.decode(bytes[...]))
                return
            }
            // Pickles of protocols 0 and 1 begin with a callable, a mark or a list, as no line of a text mask does.
            if let first = bytes.first, first == 0x80 || "c(]".utf8.contains(first) {
                self = try Self(PythonPickle.decode(bytes[...]))
                return
            }
        } catch {
            throw RFIMaskError(
                error.description, path: path, line: nil,
                remedy: "give text, booleans in one dimension, or records (mask ?, chans <f8) of shape (2, N)"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw RFIMaskError(
                "the mask is neither text nor of NumPy", path: path, line: nil,
                remedy: "give lines of 'lo hi' with a unit")
        }
        self = .ranges(RFIMask.joined(try RFIMask.parse(text, path: path)))
    }

    /// The mask that a pickle holds: an array, or a list of booleans.
    private init(_ value: PythonValue) throws(EncodedValueError) {
        switch value {
        case .array(let array): try self.init(array)
        case .list(let items) where !items.isEmpty:
            var flags: [Bool] = []
            for case .truth(let flag) in items { flags.append(flag) }
            guard flags.count == items.count else { throw EncodedValueError("the pickle holds no RFI mask") }
            self = .channels(flags)
        default: throw EncodedValueError("the pickle holds no RFI mask")
        }
    }

    /// The mask that an array is: booleans in one dimension, or the records of RFIMasker.
    private init(_ array: NumPyArray) throws(EncodedValueError) {
        if array.shape.count == 1, array.count > 0, let flags = array.truths {
            self = .channels(flags)
        } else {
            self = .ranges(try Self.records(array))
        }
    }

    /// The ranges of RFIMasker's records (mask ?, chans <f8): of shape (2, N) the first row carries the flags, the second
    /// the channels' centres in Hz, and the other halves are junk; of shape (N) each has both.
    ///
    /// Each masked channel reaches half way to its neighbours.
    private static func records(_ array: NumPyArray) throws(EncodedValueError) -> [Range<Double>] {
        let record: [NumPyType.Member] = [
            .init(name: "mask", type: "|b1"), .init(name: "chans", type: "<f8"),
        ]
        let isShaped = array.shape.count == 1 || (array.shape.count == 2 && array.shape[0] == 2)
        guard array.type == .record(record), !array.isFortran, isShaped else {
            throw EncodedValueError("the NumPy array holds no RFI mask")
        }
        let (count, size, bytes) = (array.shape[array.shape.count - 1], array.elementSize, array.bytes)
        guard count > 1 else { throw EncodedValueError("a mask of \(count) channels") }
        let row = array.count - count
        let centres = (0..<count).map { channel in
            let place = (row + channel) * size + 1
            return Double(
                bitPattern: bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        guard zip(centres, centres.dropFirst()).allSatisfy({ $0 < $1 }), centres[0] >= 0,
            centres[count - 1].isFinite
        else { throw EncodedValueError("the channels of the mask do not ascend") }
        return RFIMask.joined(
            (0..<count).filter { bytes[$0 * size] != 0 }.map { channel in
                let below = channel > 0 ? centres[channel - 1] : 2 * centres[0] - centres[1]
                let above =
                    channel < count - 1 ? centres[channel + 1] : 2 * centres[count - 1] - centres[count - 2]
                return (below + centres[channel]) / 2..<(centres[channel] + above) / 2
            })
    }
}
