/// A mistake in the engine itself, which no input can bring about.
enum WiringError: Error {
    case pointwiseOutsideGroup
    case missingLink(Int)
}
