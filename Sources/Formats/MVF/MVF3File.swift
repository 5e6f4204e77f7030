import Astrometry
import Visibilities

/// A MeerKAT HDF5 file of MVF version 3: what it says about itself, its samples still unread.
public struct MVF3File: ObservationFile {
    /// The format as users know it.
    public static let formatName = "MeerKAT HDF5 (MVF v3)"

    /// The file's path.
    public let path: String
    /// The format's version, such as `3.9`.
    public let version: String
    /// The antennas that took part, by name.
    public let antennas: [AntennaDescription]
    /// The correlation products in the file's order, as many as its data hold.
    public let products: [CorrelationProduct]
    /// The targets that scans refer to.
    public let targets: [MVFTarget]
    /// All scans, slews too.
    public let scans: [MVFScan]
    /// Mid time of each dump, UTC, MJD seconds.
    public let times: [Double]
    /// Length of a dump, seconds.
    public let integrationTime: Double
    /// Channel centre frequencies, Hz, ascending.
    public let frequencies: [Double]
    /// Channel width, Hz.
    public let channelWidth: Double
    /// Whether the file holds the channels in descending order and conjugated visibilities.
    public let isReversed: Bool
    /// The receiver band: `l`, `u`, `s`, `x`, or empty.
    public let band: String
    /// Who observed.
    public let observer: String
    /// What the observation is for.
    public let description: String
    /// What was odd in the file and how it was taken.
    public let warnings: [String]

    let file: HDF5File
    let stamps: MVFTimes
    let data: MVFData
    let attributes: MVFAttributes
    let parameters: [String: PythonValue]
    let captureBlock: String?
    let typicalWeight: Float

    /// Opens a file and reads everything but its samples.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - centreFrequency: the centre of channel n / 2, Hz, for files that do not tell it.
    /// - Throws: `HDF5Error` when it cannot be opened, is of another format or version, or breaks its promises.
    public init(path: String, centreFrequency: Double? = nil) throws {
        let file = try HDF5File(reading: path)
        version = try MVFVersion.require3(file)
        let group = try file.root.requireGroup("Data")
        let data = try MVFData(group, of: file)
        attributes = try MVFAttributes(root: file.root, data: group)
        var notes: [String] = []
        let interval = try attributes.requirePositive("int_time", try attributes.l0("int_time"))
        stamps = try MVFTimes(
            data: group, dumps: data.dumps, attributes: attributes, interval: interval, warnings: &notes)
        let spectrum = try MVFSpectrum(
            attributes, channels: data.channels, override: centreFrequency, warnings: &notes)
        captureBlock = try file.root.text("capture_block_id")
        parameters = try attributes.observationParameters(captureBlock: captureBlock)
        let dishes = try MVFDishes(
            attributes, products: data.products, parameters: parameters, warnings: &notes)
        (targets, scans) = try MVFSchedule.read(
            attributes, reference: dishes.reference, midTimes: stamps.midTimes, interval: interval)
        self.path = path
        self.file = file
        self.data = data
        antennas = dishes.antennas
        products = dishes.products
        times = stamps.midTimes.map { $0 + Conventions.unixEpochMJD }
        integrationTime = interval
        frequencies = spectrum.isReversed ? spectrum.frequencies.reversed() : spectrum.frequencies
        channelWidth = spectrum.width
        isReversed = spectrum.isReversed
        band = spectrum.band
        observer = parameters["observer"]?.string ?? ""
        description = parameters["description"]?.string ?? ""
        typicalWeight = try data.typicalWeight()
        warnings = notes
    }

    /// Opens a file and reads everything but its samples. What describes them is small: no limit of memory matters.
    public static func open(_ path: String, memory: Int) throws -> MVF3File { try MVF3File(path: path) }

    /// Bytes of samples (visibilities, flags, weights) of so many dumps and channels of all products.
    public func byteCount(dumps: Int, channels: Int) -> Int { dumps * channels * data.bytesPerSpectrum }
}
