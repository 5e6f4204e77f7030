// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let streams = Target.Dependency.product(name: "SluiceStreams", package: "sluice")
let stages = Target.Dependency.product(name: "SluiceStages", package: "sluice")
let kernels = Target.Dependency.product(name: "SluiceKernels", package: "sluice")
let channels = Target.Dependency.product(name: "AsyncAlgorithms", package: "swift-async-algorithms")

/// A package of its own, so that nobody who depends on Sluice builds what it is compared with.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        // Preloaded, it counts the allocations of any program (`sluice benchmark`).
        .library(name: "CountAllocations", type: .dynamic, targets: ["CAllocations"])
    ],
    dependencies: [
        .package(name: "sluice", path: ".."),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    ],
    targets: [
        .target(name: "CAllocations"),
        .target(name: "CBaselines"),
        .target(name: "BenchmarkSupport", swiftSettings: settings),
        .executableTarget(
            name: "RingBenchmarks",
            dependencies: ["BenchmarkSupport", "CAllocations", "CBaselines", streams, channels],
            swiftSettings: settings),
        .executableTarget(
            name: "KernelBenchmarks",
            dependencies: ["BenchmarkSupport", stages, kernels],
            swiftSettings: settings),
        .executableTarget(
            name: "FlaggerLab", dependencies: ["BenchmarkSupport", kernels, streams], swiftSettings: settings),
        .executableTarget(
            name: "ImagerLab", dependencies: ["BenchmarkSupport", kernels, streams], swiftSettings: settings),
        .executableTarget(
            name: "OperatorLab", dependencies: ["BenchmarkSupport", kernels], swiftSettings: settings),
    ],
    cxxLanguageStandard: .cxx20
)
