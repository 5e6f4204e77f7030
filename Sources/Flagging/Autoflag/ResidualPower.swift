/// The power of what is left of a polarisation once its background is taken off.
struct ResidualPower {
    /// All of it.
    let total: Plane
    /// That of second differences along time, scaled to be the same for white noise: much less for whatever keeps its phase over a few
    /// dumps, sky or interference.
    let rapid: Plane

    /// Planes to be filled.
    init(rows: Int, stride: Int) {
        total = Plane(rows: rows, stride: stride, cleared: false)
        rapid = Plane(rows: rows, stride: stride, cleared: false)
    }
}
