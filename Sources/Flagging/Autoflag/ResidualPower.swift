/// The power of what is left of a polarisation once its background is taken off.
struct ResidualPower {
    /// All of it.
    let total: Plane
    /// That of second differences along time, scaled to be the same for white noise: much less for whatever keeps its phase over a few
    /// dumps, sky or interference.
    let rapid: Plane

    init(rows: Int, stride: Int) {
        total = Plane(rows: rows, stride: stride)
        rapid = Plane(rows: rows, stride: stride)
    }

    func clear() {
        total.samples.update(repeating: 0, count: total.count)
        rapid.samples.update(repeating: 0, count: rapid.count)
    }
}
