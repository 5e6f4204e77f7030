// An island of unsafe code: a decompressor that never reads or writes outside the memory it is given.

import CHDF5

/// LZF, the compression that h5py calls `lzf`: HDF5 filter 32000.
///
/// The stream is a row of pieces that begin with a control byte c. c < 32: c + 1 bytes follow as they are. Else a copy
/// of bytes already written: their number is c >> 5 plus 2, where 7 means that a further byte adds to it; how far back
/// they begin is 1 plus the 13 bits of (c & 31) and the last byte. A copy may overlap what it writes.
enum LZF {
    /// The filter's number in the registry of The HDF Group.
    static let filter: H5Z_filter_t = 32000

    /// Decompresses a stream into memory; how many bytes it makes, nil when it is corrupt or makes more than fit.
    static func decode(_ stream: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> Int? {
        guard let input = stream.baseAddress, let output = room.baseAddress else {
            return stream.isEmpty ? 0 : nil
        }
        let (end, capacity) = (stream.count, room.count)
        var (read, written) = (0, 0)
        while read < end {
            let control = Int(input.load(fromByteOffset: read, as: UInt8.self))
            read += 1
            if control < 32 {
                let count = control + 1
                guard count <= end - read, count <= capacity - written else { return nil }
                (output + written).copyMemory(from: input + read, byteCount: count)
                read += count
                written += count
                continue
            }
            var count = control >> 5 + 2
            if count == 9 {
                guard read < end else { return nil }
                count += Int(input.load(fromByteOffset: read, as: UInt8.self))
                read += 1
            }
            guard read < end else { return nil }
            let distance =
                (control & 31) << 8 + Int(input.load(fromByteOffset: read, as: UInt8.self)) + 1
            read += 1
            guard distance <= written, count <= capacity - written else { return nil }
            repeatBytes(output + written, distance: distance, count: count)
            written += count
        }
        return written
    }

    /// Copies bytes from so far before, again and again where the copy overlaps itself.
    @inline(__always)
    private static func repeatBytes(_ to: UnsafeMutableRawPointer, distance: Int, count: Int) {
        var done = 0
        if distance >= 8 {
            while done + 8 <= count {
                let word = (to + done - distance).loadUnaligned(as: UInt64.self)
                (to + done).storeBytes(of: word, as: UInt64.self)
                done += 8
            }
        } else if distance == 4 || distance == 1, count >= 8 {
            let bytes = to - distance
            let word =
                distance == 1
                ? UInt64(bytes.load(as: UInt8.self)) &* 0x0101_0101_0101_0101
                : UInt64(bytes.loadUnaligned(as: UInt32.self)) &* 0x1_0000_0001
            while done + 8 <= count {
                (to + done).storeBytes(of: word, as: UInt64.self)
                done += 8
            }
        }
        while done < count {
            (to + done).storeBytes(of: (to + done - distance).load(as: UInt8.self), as: UInt8.self)
            done += 1
        }
    }

    /// Makes libhdf5 able to read chunks that went through the filter; call it inside a locked section.
    ///
    /// Debian's own plugin cannot be loaded (3.7.0: an undefined symbol), and libhdf5 itself has none.
    static func register() {
        let name: StaticString = "lzf"
        name.withUTF8Buffer { name in
            var filter = H5Z_class2_t()
            filter.version = H5Z_CLASS_T_VERS
            filter.id = Self.filter
            filter.encoder_present = 0
            filter.decoder_present = 1
            filter.name = UnsafeRawPointer(name.baseAddress)?.assumingMemoryBound(to: CChar.self)
            filter.filter = decodeChunk
            H5Zregister(&filter)
        }
    }

    /// The size of a decoded chunk, bytes, among the filter's parameters; nil when they do not tell.
    static func chunkBytes(_ parameters: some Collection<UInt32>) -> Int? {
        guard let stated = parameters.dropFirst(2).first, stated > 0 else { return nil }
        return Int(stated)
    }

    /// What libhdf5 calls: decompresses a chunk in place of its buffer; 0 says that it failed.
    ///
    /// libhdf5 takes for granted that a whole chunk comes out, so anything else is a failure.
    private static let decodeChunk: H5Z_func_t = { flags, count, parameters, byteCount, size, buffer in
        guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, let buffer, let size, let stream = buffer.pointee,
            let room = chunkBytes(UnsafeBufferPointer(start: parameters, count: count)),
            let decoded = H5allocate_memory(room, false)
        else { return 0 }
        guard
            decode(
                UnsafeRawBufferPointer(start: stream, count: byteCount),
                into: UnsafeMutableRawBufferPointer(start: decoded, count: room)) == room
        else {
            H5free_memory(decoded)
            return 0
        }
        H5free_memory(stream)
        buffer.pointee = decoded
        size.pointee = room
        return room
    }
}
