import Rings
import Testing
import Visibilities

@testable import Formats

/// Samples of a UVH5 file as its reader gives them, [baseline][product][dump][channel].
struct UVH5Samples {
    let file: UVH5File
    private(set) var visibilities: [Complex64]
    private(set) var weights: [Float]
    private(set) var flags: [UInt8]
    /// [baseline][dump].
    private(set) var uvw: [UVW]
    private(set) var checksum: UInt64 = 0
    private(set) var sampleCount = 0
    private let products, dumps, channels: Int

    /// Reads all channels of a spectral window, in parts of so many dumps and channels.
    init(
        _ file: UVH5File, window: Int = 0, dumpsEach: Int = 1000, channelsEach: Int = 1000, threads: Int = 2,
        reader: (any SampleReader)? = nil
    ) async throws {
        self.file = file
        dumps = file.contents.times.count
        channels = file.contents.spectralWindows[window].frequencies.count
        products = file.contents.polarisations.count
        let planes = file.contents.baselines.count * products
        let count = planes * dumps * channels
        visibilities = Array(repeating: Complex64(.nan, .nan), count: count)
        weights = Array(repeating: .nan, count: count)
        flags = Array(repeating: 0xff, count: count)
        uvw = Array(repeating: UVW(0, 0, 0), count: file.contents.baselines.count * dumps)
        let reader = try reader ?? file.samples(threads: threads)
        for dump in stride(from: 0, to: dumps, by: dumpsEach) {
            for channel in stride(from: 0, to: channels, by: channelsEach) {
                try await fill(
                    reader, window, dump..<min(dump + dumpsEach, dumps),
                    channel..<min(channel + channelsEach, channels))
            }
        }
        (checksum, sampleCount) = (reader.checksum, reader.sampleCount)
    }

    /// Reads a part by way of memory of its own, with a channel to spare on each side.
    private mutating func fill(
        _ reader: any SampleReader, _ window: Int, _ part: Range<Int>, _ band: Range<Int>
    ) async throws {
        let planes = file.contents.baselines.count * products
        let (width, size) = (band.count + 2, (band.count + 2) * part.count)
        // An island: memory that requests point into.
        let values = UnsafeMutablePointer<UInt64>.allocate(capacity: planes * size)
        let weight = UnsafeMutablePointer<Float>.allocate(capacity: planes * size)
        let flag = UnsafeMutablePointer<UInt8>.allocate(capacity: planes * size)
        let places = UnsafeMutablePointer<UVW>.allocate(capacity: planes * part.count)
        let centroids = UnsafeMutablePointer<Double>.allocate(capacity: planes * part.count)
        defer {
            values.deallocate()
            weight.deallocate()
            flag.deallocate()
            places.deallocate()
            centroids.deallocate()
        }
        places.update(repeating: UVW(.nan, .nan, .nan), count: planes * part.count)
        flag.update(repeating: 0xaa, count: planes * size)
        try await reader.read(
            SampleRequest(
                dumps: part.map { $0 }, spectralWindow: window, channels: band, firstChannel: 1, width: width,
                planes: (0..<planes).map {
                    PlaneDestination(
                        baseline: $0 / products, polarisation: $0 % products,
                        visibilities: values + $0 * size,
                        weights: weight + $0 * size, flags: flag + $0 * size)
                },
                tracks: file.contents.baselines.indices.map {
                    TrackDestination(
                        baseline: $0, uvw: places + $0 * part.count, centroids: centroids + $0 * part.count)
                }, weightUnit: nil, counts: true))
        for plane in 0..<planes {
            for dump in part {
                let row = plane * size + (dump - part.lowerBound) * width
                #expect(flag[row] == 0xaa && flag[row + width - 1] == 0xaa, "wrote outside")
                let place = (plane * dumps + dump) * channels
                for channel in band {
                    let from = row + 1 + channel - band.lowerBound
                    let to = place + channel
                    visibilities[to] = Complex64(
                        Float(bitPattern: UInt32(truncatingIfNeeded: values[from])),
                        Float(bitPattern: UInt32(truncatingIfNeeded: values[from] >> 32)))
                    weights[to] = weight[from]
                    flags[to] = flag[from]
                }
            }
        }
        for baseline in file.contents.baselines.indices {
            for dump in part {
                uvw[baseline * dumps + dump] = places[baseline * part.count + dump - part.lowerBound]
            }
        }
    }

    /// One sample.
    struct Sample: Equatable {
        var value: Complex64
        var weight: Float
        var flag: UInt8

        /// What nobody recorded.
        static let lost = Sample(value: Complex64(0, 0), weight: 0, flag: FlagReasons.dataLost.rawValue)

        /// By the reader's rules, from what the file holds in this program's sign.
        init(_ value: Complex64, samples: Float, factor: Float = 1, isFlagged: Bool) {
            let isZero = value.real == 0 && value.imaginary == 0
            let isFinite = value.real.isFinite && value.imaginary.isFinite
            let isLost = isZero || !isFinite || !(samples >= 0 && samples.isFinite)
            self.value = isZero || !isFinite ? Complex64(0, 0) : value
            weight = isLost ? 0 : samples * factor
            flag =
                (isFlagged ? FlagReasons.unspecified.rawValue : 0)
                | (isLost ? FlagReasons.dataLost.rawValue : 0)
        }

        init(value: Complex64, weight: Float, flag: UInt8) {
            (self.value, self.weight, self.flag) = (value, weight, flag)
        }
    }

    /// The sample of a baseline, product, dump and channel.
    subscript(_ baseline: Int, _ product: Int, _ dump: Int, _ channel: Int) -> Sample {
        let index = ((baseline * products + product) * dumps + dump) * channels + channel
        return Sample(value: visibilities[index], weight: weights[index], flag: flags[index])
    }

    /// uvw of a baseline in a dump.
    func uvw(_ baseline: Int, _ dump: Int) -> UVW { uvw[baseline * dumps + dump] }
}
