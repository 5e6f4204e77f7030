/// Of what arithmetic a grid, its kernels and its transforms are.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    case single
    case double

    /// Relative l2 errors of an image that can be asked for.
    public var accuracies: ClosedRange<Double> {
        switch self {
        case .single: 1e-5...1e-2
        case .double: 1e-10...1e-2
        }
    }

    /// Bytes of a real number.
    var numberBytes: Int {
        switch self {
        case .single: 4
        case .double: 8
        }
    }

    /// Cells that a kernel may cover.
    var widestSupport: Int {
        switch self {
        case .single: 8
        case .double: 16
        }
    }

    /// Rounding of the sums of an image, relative to its faint pixels: a few units in the last place of its bright ones.
    var rounding: Double {
        switch self {
        case .single: 3e-7
        case .double: 6e-16
        }
    }
}
