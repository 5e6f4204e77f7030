import Flagging
import Formats
import Foundation
import Parameters
import Pipeline
import Rings
import Visibilities

/// Draws pictures of time and frequency of chosen baselines and of their mean: amplitude, phase, flags by reason.
public struct Waterfall: Sink {
    /// What can be set.
    public typealias Settings = WaterfallSettings

    /// The name in pipeline files.
    public static let name = "waterfall"
    /// One line for `sluice stages`.
    public static let summary =
        "draws amplitude, phase and flags by reason over time and frequency, as PNG"

    private let settings: Settings
    private let choice: WaterfallChoice
    private var prepared: Prepared?

    private struct Prepared: Sendable {
        let quality: QualityAxes
        let pictures: [WaterfallPicture]
        let outputs: [PendingOutput]
        let largest: BlockShape
    }

    /// Checks what can be checked without the observation.
    public init(_ settings: Settings) throws {
        guard settings.size.count == 2 else {
            throw settings.$size.error("two numbers are needed", mend: "write width,height such as 480,600")
        }
        try settings.$prefix.checkPrefix(writing: Self.name)
        self.settings = settings
        choice = try WaterfallChoice(settings)
    }

    /// Memory for the pictures' sums, known once it is prepared, and for drawing one of them.
    public var needs: Needs {
        guard let prepared else { return Needs(memoryParameter: "size") }
        let each = WaterfallSums.byteCount(prepared.quality.bins, largest: prepared.largest)
        let work = each * prepared.pictures.count
        return Needs(
            workBytes: work,
            finalBytes: work
                + WaterfallPicture.drawingBytes(
                    prepared.quality, panels: settings.show.count, width: settings.size[0],
                    height: settings.size[1]),
            memoryParameter: "size")
    }

    /// Chooses the pictures, lays out their axes and claims the results.
    public mutating func prepare(_ header: ObservationCut, _ context: StageContext) throws {
        let quality = try QualityAxes(
            header.observation, rows: settings.size[1], columns: settings.size[0], at: context.name)
        let pictures = try choice.pictures(of: header.observation)
        let outputs = try pictures.map { picture in
            try context.outputs.claim(
                "\(settings.prefix.path)-waterfall-\(picture.fileName).png",
                suggesting: "choose another prefix")
        }
        context.note("\(pictures.count) pictures with pixels of \(quality.cellSize)")
        prepared = Prepared(
            quality: quality, pictures: pictures, outputs: outputs, largest: header.largestShape)
    }

    /// Sums until the stream ends, then draws one picture after another.
    public func run(_ input: Reader<VisibilityBlock>) async throws {
        guard let prepared else { preconditionFailure("waterfall runs only after it was prepared") }
        let quality = prepared.quality
        var sums = try prepared.pictures.map { picture in
            try WaterfallSums(
                quality.observation, baselines: picture.baselines, polarisation: picture.polarisation,
                bins: quality.bins)
        }
        for try await block in input {
            for index in sums.indices { sums[index].add(block) }
        }
        for index in prepared.pictures.indices.reversed() {
            guard let complete = sums.popLast() else { break }
            try prepared.pictures[index].page(complete.finish(), quality, settings).canvas().writePNG(
                to: prepared.outputs[index].temporaryPath)
        }
    }
}
