import Testing

@testable import Imaging

@Suite struct ImageGeometryTests {
    @Test(
        "direction cosines vanish at the reference pixel",
        arguments: [(64, 64, 0.0, 0.0), (65, 48, 0.013, -0.02), (1, 33, -0.3, 0.4)])
    func reference(_ width: Int, _ height: Int, _ l: Double, _ m: Double) throws {
        let image = try ImageGeometry(width: width, height: height, cell: 1e-4, centre: SIMD2(l, m))
        #expect(image.l(width / 2) == l && image.m(height / 2) == m)
        #expect(abs(image.l(0) - image.referenceColumn * image.cell) < 1e-15)
        #expect(abs(image.m(0) + image.referenceRow * image.cell) < 1e-15)
    }

    @Test(
        "the range of n - 1 is that of all pixels' directions, whether the phase centre is inside or not",
        arguments: [
            (8, 8, 0.0, 0.0), (9, 6, 0.1, 0.0), (7, 7, -0.3, 0.35), (5, 40, 0.05, -0.6), (1, 1, 0.2, 0.1),
        ])
    func depths(_ width: Int, _ height: Int, _ l: Double, _ m: Double) throws {
        let image = try ImageGeometry(width: width, height: height, cell: 0.01, centre: SIMD2(l, m))
        var pixels = [Double]()
        for column in 0..<width {
            for row in 0..<height {
                let (x, y) = (image.l(column), image.m(row))
                pixels.append((1 - x * x - y * y).squareRoot() - 1)
            }
        }
        let (least, greatest) = (try #require(pixels.min()), try #require(pixels.max()))
        #expect(abs(image.depths.lowerBound - least) < 1e-15)
        // Between pixels it may come nearer to the phase centre than any of them.
        #expect(image.depths.upperBound >= greatest - 1e-15 && image.depths.upperBound <= greatest + 0.01)
    }

    @Test(
        "centres beyond the sky, and images that reach beyond the horizon, are refused",
        arguments: [(0.98, 0.3), (2, 0), (0, -1), (.nan, 0), (.infinity, 0)])
    func refusals(_ l: Double, _ m: Double) {
        #expect(throws: ImagingError.self) {
            try ImageGeometry(width: 16, height: 16, cell: 0.01, centre: SIMD2(l, m))
        }
    }
}
