import Pipeline
import SluiceCommand
import Stages

var registry = StageRegistry.builtIn
registry.add(Spectrum.self)
registry.add(PrintSpectrum.self)
SluiceCommand.main(registry)
