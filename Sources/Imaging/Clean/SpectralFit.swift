#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Makes the brightness of a component in the output channels follow a polynomial over frequency, by least squares
/// (Offringa & Smirnov 2017, sect. 3.2).
///
/// The channels' weights are those of the brightness at the component's scale: a channel that measures little of a scale
/// says little about it. So the joined image at a component falls by what was taken, whatever the channels hold.
struct SpectralFit: Sendable {
    private enum Kind { case free, linear, logarithmic }

    private let kind: Kind
    /// (ν/ν0 - 1)^k or (ln ν/ν0)^k, [channel][term].
    private let basis: [[Double]]
    private let weights: [Double]
    /// What turns values into the fit's values, [channel][channel].
    private let projection: [[Double]]
    /// The brightness of a channel, by its image at the component.
    private let factors: [Double]

    /// A fit for components of a scale.
    ///
    /// - Parameter peaks: of the channels' point spread functions at that scale, above 0 for one at least.
    init(_ spectrum: CleanSettings.Spectrum, _ channels: [CleanField.Channel], peaks: [Float]) {
        let measured = zip(channels, peaks).map { $0.weight * Double(max($1, 0)) }
        let sum = max(measured.reduce(0, +), .leastNormalMagnitude)
        weights = measured.map { $0 / sum }
        let reference = zip(channels, weights).reduce(0) { $0 + $1.1 * $1.0.frequency }
        let terms: Int
        switch spectrum {
        case .free: (kind, terms) = (.free, 1)
        case .polynomial(let count): (kind, terms) = (.linear, count)
        case .logarithmic(let count): (kind, terms) = (.logarithmic, count)
        }
        let logarithmic = kind == .logarithmic
        basis = channels.map { channel in
            let x =
                logarithmic ? log(channel.frequency / reference) : channel.frequency / reference - 1
            return (0..<terms).map { pow(x, Double($0)) }
        }
        let least = spectrum == .free ? peaks.reduce(0, +) / Float(4 * peaks.count) : .leastNormalMagnitude
        factors = peaks.map { $0 > 0 || spectrum == .free ? 1 / Double(max($0, least)) : 0 }
        var projection = [[Double]]()
        for column in channels.indices {
            var unit = [Double](repeating: 0, count: channels.count)
            unit[column] = 1
            projection.append(Self.values(basis, Self.solve(basis, weights, unit) ?? []) ?? unit)
        }
        self.projection = projection
    }

    /// Replaces values of the channels' images by the brightness of a component.
    func apply(_ values: inout [Double]) {
        for channel in values.indices { values[channel] *= factors[channel] }
        switch kind {
        case .free: break
        case .linear: values = projected(values)
        case .logarithmic: values = powerLaw(values) ?? mean(values)
        }
    }

    private func projected(_ values: [Double]) -> [Double] {
        values.indices.map { row in
            values.indices.reduce(0) { $0 + projection[$1][row] * values[$1] }
        }
    }

    private func mean(_ values: [Double]) -> [Double] {
        let mean = values.indices.reduce(0) { $0 + weights[$1] * values[$1] }
        return values.map { _ in mean }
    }

    /// Gauss-Newton for ± exp of a polynomial; nil when it does not settle on a spectrum within the values' range.
    private func powerLaw(_ values: [Double]) -> [Double]? {
        let start = mean(values)[0]
        guard start != 0, start.isFinite else { return nil }
        let terms = basis[0].count
        var powers = [Double](repeating: 0, count: terms)
        powers[0] = log(abs(start))
        let sign = start < 0 ? -1.0 : 1
        for _ in 0..<30 {
            let model = Self.values(basis, powers)?.map { sign * exp($0) } ?? []
            let slopes = basis.indices.map { channel in basis[channel].map { $0 * model[channel] } }
            let misfit = values.indices.map { values[$0] - model[$0] }
            guard let step = Self.solve(slopes, weights, misfit) else { return nil }
            for term in 0..<terms { powers[term] += max(-1, min(1, step[term])) }
            guard powers.allSatisfy({ abs($0) < 60 }) else { return nil }
            if step.allSatisfy({ abs($0) < 1e-9 }) { break }
        }
        let shape = Self.values(basis, powers)?.map { sign * exp($0) } ?? []
        // Least squares keep a polynomial's mean, but not that of its exponential.
        let kept = start / mean(shape)[0]
        let fit = shape.map { $0 * kept }
        let bound = 3 * (values.map { abs($0) }.max() ?? 0)
        return fit.allSatisfy { abs($0) <= bound } ? fit : nil
    }

    private static func values(_ basis: [[Double]], _ powers: [Double]) -> [Double]? {
        guard let terms = basis.first?.count, terms == powers.count else { return nil }
        return basis.map { row in row.indices.reduce(0) { $0 + row[$1] * powers[$1] } }
    }

    /// Weighted least squares by the normal equations; nil when they are singular.
    private static func solve(_ basis: [[Double]], _ weights: [Double], _ right: [Double]) -> [Double]? {
        guard let terms = basis.first?.count else { return nil }
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: terms + 1), count: terms)
        for (channel, row) in basis.enumerated() {
            for i in 0..<terms {
                for j in 0..<terms { matrix[i][j] += weights[channel] * row[i] * row[j] }
                matrix[i][terms] += weights[channel] * row[i] * right[channel]
            }
        }
        for i in 0..<terms {
            let pivot = matrix[i][i]
            guard pivot > 1e-14 * (matrix[0][0] + 1e-300), pivot.isFinite else { return nil }
            for k in 0..<terms where k != i {
                let factor = matrix[k][i] / pivot
                for j in i...terms { matrix[k][j] -= factor * matrix[i][j] }
            }
        }
        return (0..<terms).map { matrix[$0][terms] / matrix[$0][$0] }
    }
}
