import Imaging
import Parameters

extension Precision: ParameterChoice {}

extension Parameter where Value == Double {
    /// Throws an error of the parameter for an accuracy that the numbers of a grid do not keep.
    func check(within precision: Precision) throws {
        guard precision.accuracies.contains(wrappedValue) else {
            throw error(
                "grids in \(precision) precision keep no better than \(precision.accuracies.lowerBound)",
                mend: "write a larger one, or precision: double")
        }
    }
}
