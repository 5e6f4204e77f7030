import Foundation
import Parameters
import Pipeline

/// The pipeline of INTERFACE's example, as users write it.
let quicklook = """
    sluice: 1                       # version of this format
    name: meerkat-quicklook
    description: Raw MeerKAT HDF5 to a flagged dirty image in one pass
    inputs:
      observation: {type: file, help: MVF v3 or UVH5}
      prefix:      {type: path, default: quicklook}
    stages:
      - read:     {input: $(observation)}
      - mask:     {mask: meerkat-l}
      - autoflag:
      - average:  {smearing: 0.5%, radius: 1deg}
      - image:    {prefix: $(prefix), size: 2048, cell: 2arcsec, weight: briggs 0}
    outputs:
      image: $(prefix)-dirty.fits

    """

/// A file with these lines for stages and nothing else.
func stages(_ lines: String...) -> String {
    (["sluice: 1", "stages:"] + lines.map { "  " + $0 }).joined(separator: "\n")
}

/// The bound pipeline of a text in `night/p.yaml`.
func bound(_ text: String, _ overrides: String...) throws -> BoundPipeline {
    try PipelineFile(text: text, path: "night/p.yaml").bound(to: overrides)
}

/// The texts of a parameter of a stage.
func texts(_ pipeline: BoundPipeline, _ stage: String, _ parameter: String) -> [String]? {
    pipeline.stages.first { $0.name == stage }?.parameters.last { $0.name == parameter }?.texts.map(\.text)
}
