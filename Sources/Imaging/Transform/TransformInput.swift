/// Where a short transform's points come from.
protocol TransformInput<Scalar> {
    associatedtype Scalar: ImagingScalar
    func point(_ index: Int) -> ComplexLanes<Scalar>
}

/// Where a short transform's outputs go.
protocol TransformOutput<Scalar> {
    associatedtype Scalar: ImagingScalar
    /// Whether an output is to be computed and stored.
    func wants(_ output: Int) -> Bool
    func put(_ output: Int, _ value: ComplexLanes<Scalar>)
}
