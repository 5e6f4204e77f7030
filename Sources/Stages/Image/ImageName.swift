import Foundation
import Pipeline
import Visibilities

/// What one file of a field holds, by wsclean's infixes: PREFIX-t0000-0000-I-dirty.fits.
struct ImageName: Sendable, Hashable {
    /// Which of the output channels.
    enum Channel: Sendable, Hashable {
        /// All, where there is one only.
        case all
        /// One of several.
        case one(Int)
        /// The mean of several.
        case mean
        /// A plane for each.
        case cube
    }

    /// What the pixels are.
    enum Kind: String, Sendable {
        case dirty
        case psf
        /// What CLEAN took for the sky, Jy/pixel.
        case model
        /// What the model leaves.
        case residual
        /// The model as the restoring beam sees it, and the residual.
        case restored = "image"
        /// The dirty image divided by the primary beam.
        case corrected = "dirty-pb"
        /// The restored image divided by the primary beam.
        case restoredCorrected = "image-pb"
        /// The primary beam's power.
        case power = "pb"
        /// The view of the image so far.
        case live
    }

    /// nil where there is one only.
    let interval: Int?
    let channel: Channel
    /// nil where the product goes without saying.
    let polarisation: Polarisation?
    let kind: Kind

    /// What follows the prefix, without suffix.
    var infix: String {
        func number(_ value: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        let band =
            switch channel {
            case .all: ""
            case .one(let channel): "-" + number(channel)
            case .mean: "-MFS"
            case .cube: "-cube"
            }
        return (interval.map { "-t" + number($0) } ?? "") + band + (polarisation.map { "-" + $0.name } ?? "")
            + "-" + kind.rawValue
    }
}

extension ImageName {
    /// The name of which this is the infix, `-t0000-0000-I-dirty`; nil for what is none.
    init?(infix: Substring) {
        var parts = infix.split(separator: "-", omittingEmptySubsequences: false)[...]
        guard parts.popFirst()?.isEmpty == true else { return nil }
        func number(_ part: Substring) -> Int? { part.count >= 4 ? Int(part) : nil }
        var interval: Int?
        if let part = parts.first, part.first == "t", let found = number(part.dropFirst()) {
            (interval, parts) = (found, parts.dropFirst())
        }
        var channel = Channel.all
        switch parts.first.map({ String($0) }) {
        case "MFS"?: channel = .mean
        case "cube"?: channel = .cube
        case let part?: if let found = number(part[...]) { channel = .one(found) }
        case nil: return nil
        }
        if channel != .all { parts = parts.dropFirst() }
        let polarisation = parts.first.flatMap { part in
            Polarisation.allCases.first { $0.name == part }
        }
        if polarisation != nil { parts = parts.dropFirst() }
        guard let kind = Kind(rawValue: parts.joined(separator: "-")) else { return nil }
        self.init(interval: interval, channel: channel, polarisation: polarisation, kind: kind)
    }

    /// The files of images that there are of a prefix, in the order of their names.
    static func files(of prefix: String) -> [(file: String, name: ImageName)] {
        let path = PathParts(prefix)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path.folder)) ?? []
        return files.sorted().compactMap { file in
            guard file.hasPrefix(path.name), file.hasSuffix(".fits") || file.hasSuffix(".png"),
                let end = file.lastIndex(of: "."),
                let name = ImageName(infix: file[..<end].dropFirst(path.name.count))
            else { return nil }
            return (file, name)
        }
    }
}
