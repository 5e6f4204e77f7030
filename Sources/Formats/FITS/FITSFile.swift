import CCFITSIO
import Foundation

/// What CFITSIO says when a call fails.
struct FITSFailure: Error, CustomStringConvertible {
    static let notOpened: Int32 = 104
    static let notCreated: Int32 = 105

    let status: Int32
    let writing: Bool
    let system: Int32

    init(_ status: Int32, writing: Bool) {
        self.status = status
        self.writing = writing
        system = errno
        ffcmsg()
    }

    var description: String {
        var text = [CChar](repeating: 0, count: 32)
        ffgerr(status, &text)
        let words = text.prefix { $0 != 0 }.map { Character(UnicodeScalar(UInt8(bitPattern: $0))) }
        let reason = system == 0 ? "" : ", " + String(cString: strerror(system))
        return "CFITSIO \(status): " + String(words) + reason
    }
}

/// An open FITS file of CFITSIO's; names are taken literally, without its extended syntax.
final class FITSFile {
    private(set) var file: UnsafeMutablePointer<fitsfile>?
    private let writing: Bool

    /// Creates a file that does not exist yet.
    init(creating path: String) throws(FITSFailure) {
        writing = true
        try check { ffdkinit(&file, path, &$0) }
    }

    /// Opens a file for reading.
    init(reading path: String) throws(FITSFailure) {
        writing = false
        try check { ffdkopn(&file, path, READONLY, &$0) }
    }

    deinit {
        var status: Int32 = 0
        if file != nil { ffclos(file, &status) }
    }

    /// Runs a CFITSIO call with a fresh status and turns a bad one into an error.
    func check(_ call: (inout Int32) -> Void) throws(FITSFailure) {
        var status: Int32 = 0
        errno = 0
        call(&status)
        if status != 0 { throw FITSFailure(status, writing: writing) }
    }

    /// Closes the file; only then is all of it written.
    func close() throws(FITSFailure) {
        let closing = file
        file = nil
        try check { ffclos(closing, &$0) }
    }

    /// Closes and removes the file, whatever state it is in.
    func discard() {
        var status: Int32 = 0
        if file != nil { ffdelt(file, &status) }
        file = nil
        ffcmsg()
    }

    // MARK: Writing

    /// Makes the primary image, [1][planes][height][width] of floats.
    func create(width: Int, height: Int, planes: Int) throws(FITSFailure) {
        var axes = [width, height, planes, 1]
        try check { ffcrim(file, FLOAT_IMG, 4, &axes, &$0) }
    }

    /// Writes pixels, from one on, counted from 0.
    func write(_ pixels: [Float], from first: Int = 0) throws(FITSFailure) {
        try pixels.withUnsafeBufferPointer { buffer throws(FITSFailure) in
            let address = UnsafeMutablePointer(mutating: buffer.baseAddress)
            try check { ffppre(file, 1, Int64(first) + 1, Int64(buffer.count), address, &$0) }
        }
    }

    /// Writes a number, all its digits.
    func card(_ name: String, _ value: Double, _ comment: String) throws(FITSFailure) {
        guard value.isFinite else { return }
        try check { ffpkyd(file, name, value, -15, comment, &$0) }
    }

    /// Writes a whole number.
    func card(_ name: String, _ value: Int, _ comment: String) throws(FITSFailure) {
        try check { ffpkyj(file, name, Int64(value), comment, &$0) }
    }

    /// Writes a text; an empty one leaves the card out.
    func card(_ name: String, _ value: String, _ comment: String) throws(FITSFailure) {
        let text = value.fitsText
        guard !text.isEmpty else { return }
        try check { ffpkys(file, name, text, comment, &$0) }
    }

    /// Writes one line of at most 72 characters.
    func history(_ line: String) throws(FITSFailure) { try check { ffphis(file, line, &$0) } }

    /// Writes a comment, in lines of 70 characters.
    func comment(_ text: String) throws(FITSFailure) { try check { ffpcom(file, text.fitsCharacters, &$0) } }

    /// Takes a card out of the header of the image.
    func remove(_ name: String) throws(FITSFailure) { try check { ffdkey(file, name, &$0) } }

    /// Writes a logical value.
    func card(_ name: String, isTrue: Bool, _ comment: String) throws(FITSFailure) {
        try check { ffpkyl(file, name, isTrue ? 1 : 0, comment, &$0) }
    }

    // MARK: Reading

    /// BITPIX and the axes, fastest first, at most nine.
    func image() throws(FITSFailure) -> (bitpix: Int32, axes: [Int]) {
        var (bitpix, count) = (Int32(0), Int32(0))
        var axes = [Int](repeating: 1, count: 9)
        try check { ffgipr(file, 9, &bitpix, &count, &axes, &$0) }
        return (bitpix, Array(axes.prefix(Int(max(0, min(count, 9))))))
    }

    /// Reads so many pixels, from one on, counted from 0.
    func pixels(_ count: Int, from first: Int = 0) throws(FITSFailure) -> [Float] {
        var values = [Float](repeating: 0, count: count)
        var anyNull: Int32 = 0
        try check { ffgpve(file, 1, Int64(first) + 1, Int64(count), 0, &values, &anyNull, &$0) }
        return values
    }

    /// A number, or nil when there is no such card or it holds none.
    func number(_ name: String) -> Double? {
        var (value, status) = (0.0, Int32(0))
        ffgkyd(file, name, &value, nil, &status)
        if status != 0 { ffcmsg() }
        return status == 0 ? value : nil
    }

    /// A text, or nil when there is no such card.
    func text(_ name: String) -> String? {
        var value = [CChar](repeating: 0, count: Int(FLEN_VALUE))
        var status: Int32 = 0
        ffgkys(file, name, &value, nil, &status)
        if status != 0 { ffcmsg() }
        return status == 0 ? String(cCharacters: value) : nil
    }

    /// All HISTORY lines, in order.
    func history() -> [String] {
        var (keys, status) = (Int32(0), Int32(0))
        ffghsp(file, &keys, nil, &status)
        var card = [CChar](repeating: 0, count: Int(FLEN_CARD))
        return (0..<max(keys, 0)).compactMap { key in
            guard ffgrec(file, key + 1, &card, &status) == 0 else { return nil }
            let text = String(cCharacters: card)
            return text.hasPrefix("HISTORY ") ? String(text.dropFirst(8)) : nil
        }
    }
}
