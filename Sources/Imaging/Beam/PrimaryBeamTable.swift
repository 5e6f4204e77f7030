/// Half-power widths of a telescope's primary beam over frequency, as voltage patterns of the horizontal and vertical feeds.
struct PrimaryBeamTable: Sendable {
    /// Widths at a frequency.
    struct Row: Sendable {
        /// MHz.
        let frequency: Double
        /// Full width at half power, arcmin: of H along azimuth and elevation, of V likewise.
        let widths: SIMD4<Double>

        init(_ frequency: Double, _ widths: Double...) {
            self.frequency = frequency
            self.widths = SIMD4(widths[0], widths[1], widths[2], widths[3])
        }
    }

    /// Rows by frequency, ascending.
    let rows: [Row]

    /// Widths at a frequency in Hz, linear between rows, as at the nearest row outside.
    func widths(_ frequency: Double) -> SIMD4<Double> {
        let megahertz = frequency / 1e6
        let above = partition(0, rows.count) { rows[$0].frequency < megahertz }
        guard above > 0 else { return rows[0].widths * (rows[0].frequency / megahertz) }
        guard above < rows.count else {
            let last = rows[rows.count - 1]
            return last.widths * (last.frequency / megahertz)
        }
        let (a, b) = (rows[above - 1], rows[above])
        let share = (megahertz - a.frequency) / (b.frequency - a.frequency)
        return a.widths + (b.widths - a.widths) * share
    }

    /// MeerKAT's receivers from the lowest frequency to the highest: averages of the array measured by holography at 60 degrees
    /// of elevation (de Villiers, katbeam: models MKAT-AA-UHF-JIM-2020, MKAT-AA-L-JIM-2020 and the S band's).
    static let meerkat = [
        PrimaryBeamTable(rows: [
            Row(550, 159.05, 165.92, 157.72, 165.00), Row(600, 147.75, 153.60, 146.55, 155.25),
            Row(650, 135.71, 139.61, 133.70, 141.99), Row(700, 124.92, 128.66, 122.75, 130.42),
            Row(750, 115.48, 118.02, 113.03, 121.01), Row(800, 106.78, 110.47, 105.56, 111.64),
            Row(850, 99.25, 103.60, 99.38, 103.52), Row(900, 93.46, 97.88, 93.96, 97.68),
            Row(950, 89.67, 93.10, 89.45, 93.52), Row(1000, 87.38, 88.87, 85.55, 90.83),
            Row(1050, 86.10, 85.16, 82.32, 88.15),
        ]),
        PrimaryBeamTable(rows: [
            Row(900, 97.98, 100.37, 96.41, 101.89), Row(950, 92.58, 94.70, 90.72, 96.26),
            Row(1000, 87.89, 89.30, 85.59, 91.74), Row(1050, 83.39, 84.55, 80.96, 86.98),
            Row(1100, 79.08, 80.06, 76.76, 82.25), Row(1150, 74.79, 76.14, 72.92, 78.09),
            Row(1200, 70.81, 72.78, 69.70, 73.86), Row(1250, 67.30, 69.69, 66.79, 70.31),
            Row(1300, 64.20, 67.18, 64.30, 67.11), Row(1350, 61.67, 64.80, 62.15, 64.32),
            Row(1400, 59.58, 62.70, 60.11, 62.26), Row(1450, 57.92, 60.78, 58.31, 60.45),
            Row(1500, 56.91, 58.82, 56.61, 59.31), Row(1550, 56.08, 57.00, 54.83, 58.31),
            Row(1600, 55.35, 55.24, 53.18, 57.44), Row(1650, 55.22, 53.52, 51.58, 56.90),
        ]),
        PrimaryBeamTable(rows: [
            Row(1750, 54.29, 55.15, 53.37, 56.24), Row(2000, 47.95, 49.27, 47.65, 49.64),
            Row(2500, 38.90, 40.07, 38.89, 40.06), Row(3000, 31.58, 32.88, 31.84, 32.54),
        ]),
    ]
}
