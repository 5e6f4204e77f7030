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
    var sources: [ChannelImage.Source] { shared.map { ($0.share, $0.grids[index].weight) } }
    /// Whether the point spread function of the set comes with them.
    var isFirst: Bool { index == 0 }

    /// What an output channel is made of; nil where nothing is scheduled.
    func shared(_ channel: Int) -> SharedGrids? { shared.first { $0.share.channel == channel } }
}
