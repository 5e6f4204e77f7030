// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with: Swift 6 mode, warnings as errors, `any` spelt out, spans as properties.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableExperimentalFeature("Lifetimes"),
]

/// A floor of the house: a library target under `Sources/` that imports only what stands below it.
func floor(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

/// The tests of one floor, under `Tests/`.
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
        swiftSettings: settings)
}

/// A C library of the system, found by pkg-config.
func system(_ name: String, _ pkgConfig: String, _ debian: String) -> Target {
    .systemLibrary(name: name, path: "Sources/" + name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "sluice",
    products: [
        .executable(name: "sluice", targets: ["sluice"]),
        .library(name: "SluiceCommand", targets: ["SluiceCommand"]),
        .library(name: "SluiceStreams", targets: ["Rings", "Tiles"]),
        .library(
            name: "SluiceStages",
            targets: ["Stages", "Pipeline", "Parameters", "Visibilities", "Rings", "Tiles"]),
        .library(
            name: "SluiceKernels", targets: ["Flagging", "Imaging", "Simulation", "Astrometry", "Formats"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // 0: system libraries and thin shims
        system("CHDF5", "hdf5", "libhdf5-dev"),
        system("CCFITSIO", "cfitsio", "libcfitsio-dev"),
        system("CERFA", "erfa", "liberfa-dev"),
        system("CPNG", "libpng", "libpng-dev"),
        system("CCrypto", "libcrypto", "libssl-dev"),
        .target(name: "CPlatform"),
        // 1: engine, threads over tiles, declared parameters
        floor("Rings"),
        floor("Tiles"),
        floor("Parameters"),
        // 2: data model, astrometry
        floor("Visibilities", ["Rings", "CPlatform"]),
        floor("Astrometry", ["Parameters", "CERFA"], resources: [.copy("Resources")]),
        // 3: pure kernels
        floor("Flagging", ["Visibilities", "Tiles"]),
        floor("Imaging", ["Visibilities", "Tiles", "CPlatform"]),
        floor(
            "Simulation", ["Visibilities", "Astrometry", "Parameters"], resources: [.copy("Resources")]),
        // 4: files
        floor(
            "Formats",
            [
                "Visibilities", "Astrometry", "Rings", "Tiles", "Parameters", "CHDF5", "CCFITSIO", "CERFA",
                "CPNG", "CPlatform",
            ],
            resources: [.copy("Resources")]),
        // 5: stages, pipeline files, plan, runner
        floor(
            "Pipeline",
            ["Visibilities", "Rings", "Tiles", "Parameters", "CPlatform", "CCrypto", yams, logging]),
        // 6: one file per stage
        floor(
            "Stages",
            [
                "Pipeline", "Parameters", "Visibilities", "Rings", "Tiles", "Astrometry", "Flagging",
                "Imaging",
                "Simulation", "Formats", "CPlatform", logging,
            ]),
        // 7: containers
        floor("Kliko", ["Pipeline", "Parameters", "Formats", yams]),
        // 8, 9: the command line
        floor(
            "SluiceCommand",
            [
                "Kliko", "Stages", "Pipeline", "Parameters", "Formats", "Visibilities", "Astrometry",
                "CPlatform",
                argumentParser, logging,
            ]),
        .executableTarget(name: "sluice", dependencies: ["SluiceCommand"], swiftSettings: settings),
        // tests, mirrored, and what they share
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("Rings"),
        tests("Tiles"),
        tests("Parameters"),
        tests("Visibilities", ["Rings"]),
        tests("Astrometry"),
        tests("Flagging", ["Visibilities", "Tiles"]),
        tests("Imaging", ["Visibilities", "Tiles", "Rings"]),
        tests("Simulation", ["Visibilities", "Astrometry", "Rings"]),
        tests("Formats", ["Visibilities", "Rings", "Astrometry", "Parameters", "Flagging", "CHDF5"]),
        tests("Pipeline", ["Visibilities", "Rings", "Parameters", "CPlatform", yams, logging]),
        tests(
            "Stages", ["Pipeline", "Parameters", "Visibilities", "Rings", "Astrometry", "Formats", logging]),
        tests("Kliko", ["Pipeline", "Parameters", "Stages", "Visibilities"]),
        tests("SluiceCommand", ["sluice", "CHDF5", "Kliko", "Pipeline", "Stages"]),
    ]
)
