import Testing
import Visibilities

@Suite struct PolarisationTests {
    @Test(
        "MeerKAT's H and V read as X and Y",
        arguments: zip(["hh", "HV", "vh", "VV"], [Polarisation.xx, .xy, .yx, .yy]))
    func meerkat(name: String, product: Polarisation) {
        #expect(Polarisation(name: name) == product)
    }

    @Test("Every product is found by its own name", arguments: Polarisation.allCases)
    func names(product: Polarisation) {
        #expect(Polarisation(name: product.name) == product)
    }

    @Test("Other names are no products", arguments: ["", "H", "XXX", "XR", "W"])
    func unknown(name: String) {
        #expect(Polarisation(name: name) == nil)
    }
}
