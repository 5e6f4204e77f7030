// An island of unsafe code: sums over rows of a checked batch, eight channels at a time.

import Visibilities

/// Means of samples of one grouping of channels, gathered as a batch.
struct SampleMeans {
    private var batch: VisibilityBatch
    private let groups: ChannelGroups
    private var sums = SampleSums()

    init(_ groups: ChannelGroups) {
        self.groups = groups
        batch = VisibilityBatch(frequencies: groups.frequencies)
    }

    /// All that was appended, in no more memory than it takes.
    var gathered: VisibilityBatch {
        func compact<T>(_ values: [T]) -> [T] { values.withUnsafeBufferPointer { Array($0) } }
        return VisibilityBatch(
            frequencies: batch.frequencies, uvw: compact(batch.uvw),
            visibilities: compact(batch.visibilities), weights: compact(batch.weights))
    }

    var isEmpty: Bool { batch.rows == 0 }

    /// Appends the mean of some rows of a checked batch.
    mutating func append(_ source: VisibilityBatch, rows: Range<Int>) {
        guard rows.count > 1 || groups.size > 1 else { return copy(source, rows.lowerBound) }
        sums.clear(channels: source.frequencies.count)
        source.withPointers { source in
            guard case .single(let visibilities) = source.visibilities else { return }
            for row in rows { sums.add(source, visibilities, row: row) }
        }
        batch.uvw.append(sums.centre ?? source.uvw[rows.lowerBound])
        for start in stride(from: 0, to: source.frequencies.count, by: groups.size) {
            let (mean, weight) = sums.mean(start..<min(start + groups.size, source.frequencies.count))
            batch.visibilities.append(mean)
            batch.weights.append(weight)
        }
    }

    private mutating func copy(_ source: VisibilityBatch, _ row: Int) {
        let samples = row * source.frequencies.count..<(row + 1) * source.frequencies.count
        batch.uvw.append(source.uvw[row])
        batch.visibilities.append(contentsOf: source.visibilities[samples])
        batch.weights.append(contentsOf: source.weights[samples])
    }
}

/// Sums over rows, channel by channel.
private struct SampleSums {
    private var real: [Float] = []
    private var imaginary: [Float] = []
    private var weights: [Float] = []
    private var weight = 0.0
    private var place = SIMD4<Double>.zero

    mutating func clear(channels: Int) {
        func clear(_ sums: inout [Float]) {
            sums.removeAll(keepingCapacity: true)
            sums.append(contentsOf: repeatElement(0, count: channels))
        }
        clear(&real)
        clear(&imaginary)
        clear(&weights)
        (weight, place) = (0, .zero)
    }

    /// The mean coordinates; nil without weight.
    var centre: UVW? {
        weight > 0 ? UVW(place.x / weight, place.y / weight, place.z / weight) : nil
    }

    mutating func add(_ source: BatchPointers, _ visibilities: UnsafePointer<SIMD2<Float>>, row: Int) {
        let samples = visibilities + row * source.channels
        let given = source.weights + row * source.channels
        var lanes = Lanes.zero
        var channel = 0
        while channel + 8 <= source.channels {
            let weight = loadLanes(given + channel)
            let pairs = UnsafeRawPointer(samples + channel).loadUnaligned(as: SIMD16<Float>.self)
            // Products with 0 are 0 for finite numbers only.
            let isFinite = (pairs.evenHalf * 0 + pairs.oddHalf * 0) .== 0
            let counts = weight .> 0 .& weight .< .infinity .& isFinite
            let used = Lanes.zero.replacing(with: weight, where: counts)
            increase(&real, channel, by: pairs.evenHalf.replacing(with: 0, where: .!counts) * used)
            increase(&imaginary, channel, by: pairs.oddHalf.replacing(with: 0, where: .!counts) * used)
            increase(&weights, channel, by: used)
            lanes += used
            channel += 8
        }
        var sum = Double(lanes.sum())
        while channel < source.channels {
            let weight = given[channel]
            if weight > 0, weight < .infinity, samples[channel].x.isFinite, samples[channel].y.isFinite {
                real[channel] += samples[channel].x * weight
                imaginary[channel] += samples[channel].y * weight
                weights[channel] += weight
                sum += Double(weight)
            }
            channel += 1
        }
        weight += sum
        let uvw = source.uvw[row]
        place += SIMD4(uvw.u, uvw.v, uvw.w, 0) * sum
    }

    /// Mean and summed weight of some channels; 0 without weight.
    func mean(_ channels: Range<Int>) -> (Complex64, Float) {
        var sum = SIMD4<Float>.zero
        for channel in channels { sum += SIMD4(real[channel], imaginary[channel], weights[channel], 0) }
        return sum.z > 0 ? (Complex64(sum.x / sum.z, sum.y / sum.z), sum.z) : (Complex64(0, 0), 0)
    }
}

@inline(__always) private func loadLanes(_ values: UnsafePointer<Float>) -> Lanes {
    UnsafeRawPointer(values).loadUnaligned(as: Lanes.self)
}

@inline(__always) private func increase(_ sums: inout [Float], _ channel: Int, by lanes: Lanes) {
    sums.withUnsafeMutableBytes { bytes in
        let offset = 4 * channel
        bytes.storeBytes(
            of: bytes.loadUnaligned(fromByteOffset: offset, as: Lanes.self) + lanes, toByteOffset: offset,
            as: Lanes.self)
    }
}
