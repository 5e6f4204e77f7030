import Pipeline

extension StageRegistry {
    /// The stages that come with Sluice; add your own to a copy.
    public static var builtIn: StageRegistry {
        var registry = StageRegistry()
        registry.add(Read.self)
        registry.add(Simulate.self)
        registry.add(Select.self)
        registry.add(Mask.self)
        registry.add(Preflag.self)
        registry.add(Autoflag.self)
        registry.add(Average.self)
        registry.add(Predict.self)
        registry.add(Statistics.self)
        registry.add(Waterfall.self)
        registry.add(Image.self)
        registry.add(Write.self)
        return registry
    }
}
