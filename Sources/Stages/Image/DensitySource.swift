import Imaging
import Parameters

/// What the density is counted of that uniform and Briggs' weights divide by.
public enum DensitySource: String, Sendable, ParameterChoice {
    /// The schedule, before the first sample: every sample that no mask removes counts 1.
    case predicted
    /// The weights of the samples that came.
    case exact
}
