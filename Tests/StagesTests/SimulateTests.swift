import Formats
import Foundation
import TestSupport
import Testing

@testable import Pipeline
@testable import Stages

/// What `simulate` takes for a sky, and what it says of one that is not seen.
@Suite(.serialized) struct SimulateTests {
    private static let source = "simulate antennas=5 channels=4 frequency=1.39GHz bandwidth=13MHz plan=t*4"
    private static let image = "image prefix=DIR/a size=64 cell=8arcsec weight=natural png=no psf=no"
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    private func run(_ lines: [String]) async throws -> (files: [String: Data], remarks: Remarks) {
        let remarks = Remarks()
        let (result, files) = try await results(lines) { remarks.listen(&$0) }
        if let error = result.error { throw error }
        return (files, remarks)
    }

    @Test("A list as WSClean writes it is a sky: nothing is left when it is subtracted again")
    func componentList() async throws {
        let list = try folder.write(
            """
            Format = Name, Type, Ra, Dec, I, SpectralIndex, LogarithmicSI, ReferenceFrequency='1.4e9', MajorAxis, MinorAxis, Orientation
            a,POINT,04:00:00,-35.00.10,2,[-0.7,0.2],true,,,,
            b,GAUSSIAN,04:00:02,-34.59.00,3,[-1],false,1.2e9,60,20,30

            """, to: "sky.txt")
        let sky = Self.source + " sefd=0 sky=\(list)"
        let full = try fitsImages(try await run([sky, Self.image]).files)["dirty"]
        let left = try fitsImages(
            try await run([sky, "predict model=\(list) mode=subtract", Self.image]).files)["dirty"]
        #expect(try #require(full?.pixels.max()) > 1)
        #expect(try #require(left?.pixels.map(abs).max()) < 1e-5)
    }

    @Test("An image is no sky, and predict is named that adds one")
    func image() async throws {
        let file = try folder.write("SIMPLE  =                    T", to: "m.fits")
        await #expect {
            try await run([Self.source + " sky=\(file)", Self.image])
        } throws: { "\($0)".contains("predict: {model: \(file), mode: add}") }
    }

    @Test("Spectra of components are planned for, and refused before they are made where memory has no room")
    func memory() async throws {
        let lines = (0..<3000).map { "60.\($0) -35 1e-3" }.joined(separator: "\n")
        let list = try folder.write(lines, to: "many.txt")
        let sky = "simulate antennas=2 channels=2048 plan=t*1 sky=\(list)"
        let spectra = 3000 * 2048 * 4
        let memory = try plan([sky, "write output=DIR/o.uvh5"]).memory
        #expect((spectra..<spectra + spectra / 8).contains(memory.workBytes))
        // They stay while the last stage finishes.
        #expect(try plan([sky, Self.image]).memory.finalBytes > spectra)
        let (result, files) = try await results([sky, "write output=DIR/o.uvh5"]) { $0.memory = 24 << 20 }
        let said = "\(try #require(result.error))"
        #expect(result.exitCode == .usage && files.isEmpty)
        for words in ["sky: 3000 components in 2048 channels take", "24 MiB", "raise --memory above"] {
            #expect(said.contains(words), "\(said)")
        }
    }

    @Test("A field below the horizon is named, with its elevations")
    func horizon() async throws {
        let (_, remarks) = try await run([Self.source + " centre=4h,62d", Self.image])
        #expect(
            remarks.tell("SIM is below the horizon of MeerKAT", "elevations are -2.", " degrees"),
            "\(remarks.warnings)")
        let usual = try await run([Self.source, Self.image]).remarks
        #expect(!usual.tell("horizon"), "\(usual.warnings)")
    }
}
