/// The conventions of everything in Sluice, in one place.
///
/// **Phase.** With uvw in metres, l east, m north, n towards the phase centre:
/// `V(ν) = Σ S exp(+2πi ν/c (u l + v m + w (n − 1)))` (Thompson, Moran & Swenson 2017, eq. 3.7, with the sign that
/// Measurement Set and UVFITS store; facts checked against wsclean, CASA and katdal). Unprojected data (drift scans as they
/// were correlated) keep the whole delay, w n in place of w (n − 1), and their uvw are east, north and up; see `Tracking`.
///
/// **Baseline.** `(antenna 1, antenna 2)` with antenna 1 ≤ antenna 2 in the order of `Observation.antennas`;
/// uvw = r(antenna 1) − r(antenna 2); V = ⟨e₁ e₂*⟩. Formats that store the other sign (UVH5) are negated *and*
/// conjugated on reading.
///
/// **Frequency** ascends with the channel index; readers reverse descending axes. A channel's frequency is its centre.
///
/// **Time** is the centroid of a dump, UTC, as Modified Julian Date in seconds; intervals are in seconds.
///
/// **Polarisation** X is H (horizontal), Y is V (vertical); Stokes I = (XX + YY) / 2 = (RR + LL) / 2.
public enum Conventions {
    /// Speed of light in vacuum, m/s (exact).
    public static let speedOfLight = 299_792_458.0
    /// Modified Julian Date of the Unix epoch, in seconds: 40587 d.
    public static let unixEpochMJD = 40587.0 * 86400.0
}
