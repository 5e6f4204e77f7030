import Astrometry
import Foundation
import Logging
import Parameters
import Pipeline
import Rings
import Simulation
import Tiles
import Visibilities

/// Makes an observation that does not exist, and writes the truth about it beside.
public struct Simulate: Source {
    /// What can be set.
    public typealias Settings = SimulateSettings

    /// The name in pipeline files.
    public static let name = "simulate"
    /// One line for `sluice stages`.
    public static let summary =
        "simulates an observation: points and Gaussians, noise, gains, interference, with the truth beside it"

    private let settings: Settings
    private let parameters: SimulationParameters
    private var prepared: Prepared?

    private struct Prepared: Sendable {
        let simulation: SimulatedObservation
        let cut: ObservationCut
        let context: StageContext
        let truth: TruthFiles?
    }

    /// Checks what is to be simulated.
    public init(_ settings: Settings) throws {
        self.settings = settings
        parameters = try settings.parameters()
    }

    /// Blocks held and memory, known once it is prepared.
    public var needs: Needs {
        // A tile for each thread is made while those before it are sent.
        Needs(
            makes: 2 * (prepared?.context.threads ?? 1), workBytes: parameters.skyBytes,
            finalBytes: parameters.skyBytes)
    }

    /// Lays the observation out and cuts the stream.
    public mutating func prepare(_ context: StageContext) throws -> ObservationCut {
        guard parameters.skyBytes <= context.memory else { throw settings.tooLarge(parameters, context) }
        let simulation = try SimulatedObservation(parameters)
        let demand = try context.demand(on: simulation.observation)
        let cut = Cutter(
            window: settings.window, subband: nil, chunk: 1, demand: demand, tileBytes: context.tileBytes
        ).cut(simulation.observation)
        let truth = try settings.truth.map { try TruthFiles($0.path, for: simulation, context) }
        let observation = simulation.observation
        context.note(
            "\(observation.antennas.count) antennas of \(observation.telescope), seed \(parameters.seed), "
                + "\(simulation.emitters.count) emitters of interference")
        if let sky = settings.sky, parameters.sources?.isEmpty == true {
            context.logger.warning("\(sky.path) lists no source: nothing but noise is simulated")
        }
        for (number, field) in observation.fields.enumerated() {
            guard let elevations = simulation.elevations(field: number), elevations.lowerBound < 0 else {
                continue
            }
            let degrees = [elevations.lowerBound, elevations.upperBound].map {
                String(format: "%.1f", $0 / Angle.degree)
            }
            context.logger.warning(
                "\(field.name) is below the horizon of \(observation.telescope) at times, its elevations are \(degrees[0]) to \(degrees[1]) degrees: choose another centre, or a shorter plan about its transit"
            )
        }
        prepared = Prepared(simulation: simulation, cut: cut, context: context, truth: truth)
        return cut
    }

    /// Writes the truth, then makes tiles on all threads and sends them in order.
    public func run(into output: Outlet<VisibilityBlock>) async throws {
        guard let prepared else { preconditionFailure("simulate runs only after it was prepared") }
        try prepared.truth?.write(prepared.simulation)
        let (cut, threads) = (prepared.cut, prepared.context.threads)
        for place in cut.windowPlaces {
            let context = BlockContext(
                cut, scheduleIndex: place.scheduleIndex, subband: place.subband, window: place.window)
            for start in stride(from: 0, to: cut.tiles.count, by: threads) {
                let tiles = cut.tiles[start..<min(start + threads, cut.tiles.count)]
                var blocks = try await mapTiles(tiles.count, width: threads) { number in
                    let tile = tiles[start + number]
                    let shape = BlockShape(
                        baselines: tile.count, polarisations: cut.observation.polarisations.count,
                        times: context.dumps.count, channels: context.channels.count)
                    var block = try VisibilityBlock(
                        shape, context: context, firstBaseline: tile.lowerBound, from: output.pool)
                    prepared.simulation.fill(&block)
                    try block.attachHalo(of: cut, from: output.companions) { prepared.simulation.fill(&$0) }
                    return block
                }
                blocks.reverse()
                while let block = blocks.popLast() { try await output.send(consume block) }
            }
        }
    }
}
