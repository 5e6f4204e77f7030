import Parameters
import Visibilities

extension Parameter where Value == AntennaSelection? {
    /// Throws an error of the parameter, with the nearest name, for an antenna that is not among these.
    func check(against antennas: [String]) throws {
        do { try wrappedValue?.check(against: antennas) } catch {
            throw self.error(error.what, mend: error.mend)
        }
    }
}

extension Parameter where Value == IndexRanges? {
    /// Throws an error of the parameter for a channel that none of the spectral windows has.
    func checkChannels(of windows: [SpectralWindow]) throws {
        let most = windows.map(\.frequencies.count).max() ?? 0
        if let beyond = wrappedValue?.firstBeyond(count: most) {
            throw error("there is no channel \(beyond)", mend: "channels count from 0 to \(most - 1)")
        }
    }
}
