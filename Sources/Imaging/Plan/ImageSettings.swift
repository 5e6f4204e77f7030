/// What an imager is asked for.
public struct ImageSettings: Sendable, Hashable {
    /// The pixels.
    public var geometry: ImageGeometry
    /// Relative l2 error against the direct sum that the image keeps: 1e-5 ... 1e-2 in single precision, 1e-10 ... 1e-2 in
    /// double precision.
    public var epsilon: Double
    /// Of what numbers grids and transforms are.
    public var precision: Precision
    /// Whether to image the point spread function too.
    public var psf: Bool

    /// Settings of an image.
    public init(
        geometry: ImageGeometry, epsilon: Double = 1e-4, psf: Bool = true, precision: Precision = .single
    ) {
        self.geometry = geometry
        self.epsilon = epsilon
        self.precision = precision
        self.psf = psf
    }

    /// Images that are gridded.
    var images: Int { psf ? 2 : 1 }
}
