// swift-tools-version: 6.2
import PackageDescription

/// Somebody else's program: Sluice's stages and two of its own, through public interfaces only.
let package = Package(
    name: "foreign",
    dependencies: [.package(name: "sluice", path: "../..")],
    targets: [
        .executableTarget(
            name: "foreign",
            dependencies: [
                .product(name: "SluiceCommand", package: "sluice"),
                .product(name: "SluiceStages", package: "sluice"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny")])
    ]
)
