/// Visibilities that follow no place on the sky where one is needed.
public struct UnphasedError: Error, Hashable, CustomStringConvertible {
    /// The field that is not phased.
    public let field: String
    /// What cannot be done with it.
    public let purpose: String

    /// A field that follows no place on the sky, and what needs one.
    public init(field: String, purpose: String) {
        self.field = field
        self.purpose = purpose
    }

    /// What, where and how to mend, in one line.
    public var description: String {
        "drift data are phased to no place on the sky and cannot be \(purpose): field '\(field)': "
            + "add phase-centre to read, a direction or zenith"
    }
}

extension Observation {
    /// Checks that all scheduled fields are phased to a place on the sky.
    ///
    /// - Parameter purpose: what needs it, to say what cannot be done: `imaged`, `written as MVF v3`.
    /// - Throws: `UnphasedError` naming the first field that is not.
    public func requirePhased(_ purpose: String) throws(UnphasedError) {
        for scan in schedule where fields[scan.field].tracking != .sidereal {
            throw UnphasedError(field: fields[scan.field].name, purpose: purpose)
        }
    }
}
