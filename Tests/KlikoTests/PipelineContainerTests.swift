import Foundation
import Pipeline
import Stages
import TestSupport
import Testing

@testable import Kliko

/// Pipeline files as containers: what becomes a field, and what cannot run in one.
@Suite struct PipelineContainerTests {
    private func container(_ text: String, _ scratch: Scratch) throws -> Container {
        try Container(pipeline: scratch.write("sluice: 1\n" + text, to: "night.yaml"), .builtIn)
    }

    @Test("Inputs become fields, and the parameters that no input stands for; places of data do not")
    func fields() throws {
        let scratch = try Scratch()
        let made = try container(
            """
            name: night
            inputs:
              observation: {type: file}
              prefix: {type: path, default: look}
              cell: {type: text, help: pixel}
              mask: {type: text, default: none}
              window: {type: integer, default: 32}
              beam: {type: boolean, default: true}
            stages:
              - read: {input: $(observation), window: $(window)}
              - mask: {mask: $(mask), mode: override}
              - average: {as: coarse, times: 4, smearing: 0.5%, radius: 1deg}
              - image: {prefix: $(prefix), cell: $(cell), psf: $(beam), size: [64, 32]}
            """, scratch)
        let fields = Dictionary(uniqueKeysWithValues: made.document.fields.map { ($0.name, $0) })
        #expect(fields["cell"]?.isRequired == true && fields["cell"]?.type == .str)
        #expect(fields["cell"]?.help.contains("arcsec") == true)
        #expect(fields["mask"]?.initial == "none" && fields["mask"]?.type == .str)
        #expect(fields["window"]?.type == .int && fields["window"]?.initial == "32")
        #expect(fields["beam"]?.choices == ["yes", "no"] && fields["beam"]?.initial == "yes")
        #expect(fields["mask_mode"]?.initial == "override")
        #expect(fields["coarse_times"]?.initial == "4" && fields["coarse_times"]?.type == .int)
        #expect(fields["coarse_smearing"]?.initial == nil)
        #expect(fields["coarse_smearing"]?.help.contains("default 0.5 percent") == true)
        #expect(fields["image_size"]?.initial == "64,32")
        #expect(fields["pattern"] != nil)
        for name in [
            "observation", "prefix", "read_input", "read_window", "mask_mask", "image_prefix", "image_psf",
        ] {
            #expect(fields[name] == nil, "\(name)")
        }
    }

    @Test("Stages that share a name have no fields, since STAGE.PARAMETER cannot mean one of them")
    func repeated() throws {
        let scratch = try Scratch()
        let made = try container(
            """
            stages:
              - simulate:
              - mask: {mask: none}
              - mask: {mask: meerkat-l}
              - write: {output: a.h5}
            """, scratch)
        let names = made.document.fields.map(\.name)
        #expect(!names.contains { $0.hasPrefix("mask") } && !names.contains("pattern"))
        #expect(names.contains("simulate_antennas") && names.contains("simulate_truth"))
    }

    @Test(
        "What cannot run in a container is refused, with the line",
        arguments: [
            ("inputs: {o: {type: path}}\nstages:\n  - simulate:\n  - write: {output: $(o)}", "default"),
            ("stages:\n  - simulate:\n  - write: {output: /data/a.h5}", "line 5"),
            ("stages:\n  - simulate:\n  - write: {output: ../a.h5}", "line 5"),
            ("stages:\n  - simulate: {layout: /etc/l.txt}\n  - write: {output: a.h5}", "line 4"),
            ("stages:\n  - simulate: {layout: ./missing.txt}\n  - write: {output: a.h5}", "missing.txt"),
            ("stages:\n  - simulatte:\n  - write: {output: a.h5}", "line 4: did you mean 'simulate'?"),
            ("stages:\n  - simulate: {sede: 1}\n  - write: {output: a.h5}", "seed"),
            ("stages:\n  - simulate:\n  - write:", "output is missing"),
        ])
    func refused(text: String, mentions: String) throws {
        let scratch = try Scratch()
        let said = complaint { try container("name: night\n" + text, scratch) }
        #expect(said.contains(mentions) && !said.contains("\n"), "\(said)")
    }

    @Test("Files beside the pipeline file go with it, by the names it has for them")
    func attachments() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch["masks"], withIntermediateDirectories: true)
        try scratch.write("1 2 GHz\n", to: "masks/own.txt")
        let made = try container(
            """
            inputs: {eop: {type: file, default: table.eop}, observation: {type: file}}
            stages:
              - read: {input: $(observation), eop: $(eop)}
              - mask: {mask: masks/own.txt}
              - write: {output: a.h5}
            """.replacing("table.eop", with: "masks/own.txt"), scratch)
        guard case .pipeline(let content) = made.content else {
            Issue.record("not a pipeline")
            return
        }
        #expect(content.attachments == ["masks/own.txt"])
        #expect(content.observation?.name == "observation")
    }
}
