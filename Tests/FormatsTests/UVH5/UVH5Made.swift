import Foundation
import Parameters
import TestSupport
import Visibilities

@testable import Formats

/// Small files in many dialects, written by `Tests/Peers/make_uvh5.py` with h5py, and what they hold.
enum UVH5Made {
    /// Whether a Python that writes them is there.
    static let isPresent = Peers.modern != nil

    /// Files of these options, by name.
    static func files(_ variants: [(name: String, options: String)]) throws -> [String: String] {
        let scratch = try scratch
        let script = Shared.package.appending(path: "Tests/Peers/make_uvh5.py").path
        let words = variants.map { "\($0.name)=\($0.options)" }
        let result = try Peers.run(Peers.modern, [script, scratch.path] + words, withErrors: true)
        guard result.status == 0 else { throw HDF5Error(.machine, result.output, file: "make_uvh5.py") }
        return Dictionary(uniqueKeysWithValues: variants.map { ($0.name, scratch[$0.name + ".uvh5"]) })
    }

    private static let made = try? Scratch()
    static var scratch: Scratch { get throws { try made ?? Scratch() } }

    /// What the generator's rule says of a sample; nil in place of a row that is missing.
    ///
    /// - Parameters:
    ///   - channel: counted along the ascending frequencies of the whole file.
    ///   - scale: what values were multiplied with before they were rounded to whole numbers.
    static func sample(
        _ file: UVH5File, _ baseline: Int, _ product: Int, time: Int, channel: Int, factor: Float = 1,
        scale: Float = 1
    ) -> UVH5Samples.Sample {
        let pair = file.contents.baselines[baseline]
        func number(_ antenna: Int) -> Int {
            Int(file.contents.antennas[antenna].name.dropFirst()) ?? 0
        }
        let (a, b) = (number(pair.antenna1), number(pair.antenna2))
        let code = file.contents.polarisations[product].rawValue
        let value = Complex64(
            scale * (Float(1000 * a + b) + 0.25 * Float(time)), scale * Float(16 * channel - code))
        return UVH5Samples.Sample(
            value, samples: Float(1 + (a + time) % 3), factor: factor,
            isFlagged: (a + b + channel) % 7 == 0)
    }
}
