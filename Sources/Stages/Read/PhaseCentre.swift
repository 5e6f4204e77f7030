import Parameters

/// Where visibilities are phased to: a direction, or the zenith of each scan.
enum PhaseCentre: ParameterValue, Hashable {
    /// One direction for all scans, ICRS.
    case direction(SkyPosition)
    /// For each scan the ICRS direction that passes the zenith at its middle.
    case zenith

    static var typeName: String { "direction or zenith" }

    init(_ text: RawText, _ dimension: Dimension?) throws(ValueError) {
        if text.text.lowercased() == "zenith" {
            self = .zenith
        } else {
            do { self = .direction(try SkyPosition(text, dimension)) } catch {
                throw ValueError(error.what, mend: error.mend.map { "\($0), or zenith" } ?? "or write zenith")
            }
        }
    }

    func text(_ dimension: Dimension?) -> String {
        switch self {
        case .direction(let position): position.text(dimension)
        case .zenith: "zenith"
        }
    }
}
