import CCFITSIO
import Visibilities

extension FITSFile {
    /// Adds CASA's table of beams, a row for each plane.
    func write(_ beams: [ImageBeam]) throws(FITSFailure) {
        let columns = [
            ("BMAJ", "1E", "arcsec"), ("BMIN", "1E", "arcsec"), ("BPA", "1E", "deg"), ("CHAN", "1J", ""),
            ("POL", "1J", ""),
        ]
        try withCStrings(columns.map(\.0)) { names throws(FITSFailure) in
            try withCStrings(columns.map(\.1)) { forms throws(FITSFailure) in
                try withCStrings(columns.map(\.2)) { units throws(FITSFailure) in
                    try check {
                        ffcrtb(
                            file, BINARY_TBL, Int64(beams.count), Int32(columns.count), names, forms, units,
                            "BEAMS", &$0)
                    }
                }
            }
        }
        // CASA ends with an exception that nothing catches when these are not whole numbers.
        try card("NCHAN", beams.count, "")
        try card("NPOL", 1 as Int, "")
        let values: [(ImageBeam) -> Double] = [
            { $0.major.degrees * 3600 }, { $0.minor.degrees * 3600 }, \.positionAngle.degrees,
        ]
        for (column, value) in values.enumerated() {
            var cells = beams.map(value)
            try check { ffpcld(file, Int32(column) + 1, 1, 1, Int64(cells.count), &cells, &$0) }
        }
        var channels = beams.indices.map { Int32($0) }
        try check { ffpclk(file, 4, 1, 1, Int64(channels.count), &channels, &$0) }
        var products = beams.map { _ in Int32(0) }
        try check { ffpclk(file, 5, 1, 1, Int64(products.count), &products, &$0) }
    }

    /// The beams of CASA's table, by plane; nil without one that has so many rows.
    func beams(planes: Int) -> [ImageBeam?]? {
        var status: Int32 = 0
        defer {
            status = 0
            ffmahd(file, 1, nil, &status)
            ffcmsg()
        }
        var table = Array("BEAMS".utf8CString)
        guard ffmnhd(file, BINARY_TBL, &table, 0, &status) == 0 else { return nil }
        let columns = ["BMAJ", "BMIN", "BPA"].map { name -> [Double] in
            var (number, any) = (Int32(0), Int32(0))
            var values = [Double](repeating: .nan, count: planes)
            var text = Array(name.utf8CString)
            ffgcno(file, 0, &text, &number, &status)
            ffgcvd(file, number, 1, 1, Int64(planes), 0, &values, &any, &status)
            return values
        }
        guard status == 0 else { return nil }
        return (0..<planes).map { plane in
            guard columns.allSatisfy({ $0[plane].isFinite }) else { return nil }
            return ImageBeam(
                major: (columns[0][plane] / 3600).radians, minor: (columns[1][plane] / 3600).radians,
                positionAngle: columns[2][plane].radians)
        }
    }

    /// Calls a body with copies of texts as C has them.
    private func withCStrings(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) throws(FITSFailure) -> Void
    ) throws(FITSFailure) {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { text in
            let bytes = Array(text.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
        defer { for pointer in pointers { pointer?.deallocate() } }
        try pointers.withUnsafeMutableBufferPointer { buffer throws(FITSFailure) in
            try body(buffer.baseAddress)
        }
    }
}
