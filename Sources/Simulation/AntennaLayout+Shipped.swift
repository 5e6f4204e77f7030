import Astrometry
import Foundation
import Visibilities

extension AntennaLayout {
    /// The layouts that come with Sluice.
    public static let shippedNames =
        "meerkat, vla-a, vla-b, vla-c, vla-d, hera-N (N = 7, 19, 37, 61, 91, 127 ...)"

    /// A layout that comes with Sluice; nil for another name.
    ///
    /// - Throws: `SimulationError` if its file is missing, or a hexagon cannot have so many antennas.
    static func shipped(_ name: String) throws(SimulationError) -> AntennaLayout? {
        let words = name.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        switch (words[0], words.count > 1 ? String(words[1]) : nil) {
        case ("meerkat", nil): return try resource("meerkat")
        case ("vla", let configuration?):
            // Of each arm's pads 1 to 72 a configuration takes nine: W1 to W9 in D, every second, fourth and eighth in C, B, A
            // (Napier, Thompson & Ekers 1983, Proc. IEEE 71, 1295).
            guard let step = ["a": 8, "b": 4, "c": 2, "d": 1][configuration] else { return nil }
            let pads = (1...9).flatMap { number in
                ["W", "E", "N"].map { $0 + (number * step < 10 ? "0" : "") + "\(number * step)" }
            }
            return try resource("vla").selecting(pads)
        case ("hera", let number?): return try Int(number).map(hexagon(antennas:))
        default: return nil
        }
    }

    private static func resource(_ name: String) throws(SimulationError) -> AntennaLayout {
        let remedy = "install the resource folders beside the program, or give a layout file"
        let file = name + ".layout"
        return try AntennaLayout(
            file: ShippedResource.path(file, target: "Simulation", source: #filePath)
                ?? "sluice_Simulation.resources/Resources/\(file)", remedy: remedy)
    }

    /// A hexagon as HERA's core: dishes of 14 m that look at the zenith, 14.6 m apart in rows from west to east
    /// (DeBoer et al. 2017, PASP 129, 045001); numbered row by row from the south-west.
    ///
    /// - Throws: `SimulationError` for a number that fills no hexagon: 7, 19, 37, 61, 91, 127, ...
    static func hexagon(antennas count: Int) throws(SimulationError) -> AntennaLayout {
        let rings = (1...36).first { 3 * $0 * ($0 + 1) + 1 >= count } ?? 36
        guard 3 * rings * (rings + 1) + 1 == count else {
            throw SimulationError(
                "a hexagon cannot have so many antennas", place: "layout: hera-\(count)",
                remedy:
                    "give hera-N with N = \(rings > 1 ? "\(3 * rings * (rings - 1) + 1) or " : "")\(3 * rings * (rings + 1) + 1)"
            )
        }
        let site = Geodetic(
            longitude: 21.428_303_83 * Angle.degree, latitude: -30.721_526_12 * Angle.degree, height: 1051.69)
        let spacing = 14.6
        var antennas: [Antenna] = []
        for row in -rings...rings {
            let length = 2 * rings + 1 - abs(row)
            for column in 0..<length {
                let east = (Double(column) - Double(length - 1) / 2) * spacing
                let north = Double(row) * spacing * 3.0.squareRoot() / 2
                antennas.append(
                    Antenna(
                        name: "HH\(antennas.count)", position: site.position(ofENU: SIMD3(east, north, 0)),
                        diameter: 14,
                        mount: "FIXED"))
            }
        }
        return AntennaLayout(telescope: "HERA", antennas: antennas, reference: site.position)
    }
}
