import Imaging
import Visibilities

/// The images of one product of an interval.
struct ProductImages {
    let interval: Int
    let products: [Polarisation]
    let index: Int
    let shared: [SharedGrids]

    var polarisation: Polarisation { products[index] }
    var sums: GridSums { shared.reduce(into: GridSums()) { $0 += $1.grids[index].sums } }
    /// Whether the point spread function of the set comes with them.
    var isFirst: Bool { index == 0 }
}
