/// The declared parameters of a stage: a struct whose `@Parameter` fields are read by reflection.
public protocol ParameterSet: Sendable {
    /// All parameters at their defaults.
    init()
}
