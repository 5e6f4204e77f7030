import Visibilities

/// Where the samples of a file lie: its arrays, and what their rows, channels and products are.
struct UVH5SampleMap: Sendable {
    let file: HDF5File
    let data: UVH5Data
    let rows: UVH5Rows
    let spectrum: UVH5Spectrum
    let polarisations: UVH5Polarisations
    /// uvw of each row as stored, three numbers a row, metres.
    let uvw: [Double]
    /// What `nsamples` count.
    let unit: UVH5WeightUnit

    /// What `nsamples` is multiplied with in each dump and channel of a request; nothing for dumps that it leaves out.
    func factors(_ request: SampleRequest) -> [[Float]] {
        let widths = spectrum.windows[request.spectralWindow].widths[request.channels]
        let unit = request.weightUnit.map(UVH5WeightUnit.init) ?? unit
        return request.dumps.map { dump in
            dump.map { dump in widths.map { unit.factor(time: rows.intervals[dump], width: $0) } } ?? []
        }
    }
}
