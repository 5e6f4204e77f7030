/// What is deconvolved together: the images' size and their output channels.
public struct CleanField: Sendable, Equatable {
    /// An output channel.
    public struct Channel: Sendable, Equatable {
        /// Mean frequency, Hz.
        public let frequency: Double
        /// Weight in the sum of the channels, usually the sum of its visibilities'; 0: empty, left out.
        public let weight: Double

        /// A channel; frequencies matter to spectra only.
        public init(frequency: Double = 1e9, weight: Double = 1) {
            self.frequency = frequency
            self.weight = weight
        }
    }

    /// Columns of the images.
    public let width: Int
    /// Rows of the images.
    public let height: Int
    /// Columns of the point spread functions, whose peak is at half of it (rounded down).
    public let psfWidth: Int
    /// Rows of the point spread functions.
    public let psfHeight: Int
    /// Output channels.
    public let channels: [Channel]

    /// A field; point spread functions are as large as the images unless said.
    ///
    /// - Throws: `ImagingError.setting` for sizes that are none, weights below 0 or frequencies that are not finite.
    public init(
        width: Int, height: Int, psfWidth: Int? = nil, psfHeight: Int? = nil,
        channels: [Channel] = [Channel()]
    ) throws(ImagingError) {
        for (name, size) in [
            ("width", width), ("height", height), ("psf width", psfWidth ?? width),
            ("psf height", psfHeight ?? height),
        ] {
            guard size >= 1, size <= 1 << 17 else {
                throw .setting(name, reason: "\(size) pixels; must be from 1 to 131072")
            }
        }
        for channel in channels {
            guard channel.weight >= 0, channel.weight.isFinite, channel.frequency > 0,
                channel.frequency.isFinite
            else {
                throw .values(
                    "an output channel at \(channel.frequency) Hz of weight \(channel.weight)")
            }
        }
        self.width = width
        self.height = height
        self.psfWidth = psfWidth ?? width
        self.psfHeight = psfHeight ?? height
        self.channels = channels
    }

    /// Pixels of an image.
    var pixels: Int { width * height }
}
