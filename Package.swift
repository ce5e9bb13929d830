// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "dirdb",
    products: [
        .library(name: "DirDB", targets: ["DirDB"]),
        .library(name: "DirDBDumpers", targets: ["DirDBDumpers"]),
        .executable(name: "dirdb", targets: ["dirdb"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .target(name: "DirDB", dependencies: ["CJansson"], swiftSettings: settings),
        .target(
            name: "DirDBDumpers",
            dependencies: ["DirDB", .product(name: "ComplexModule", package: "swift-numerics")],
            swiftSettings: settings),
        .executableTarget(
            name: "dirdb",
            dependencies: [
                "DirDB", "DirDBDumpers",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["DirDB"], path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "dirdb-test-worker", dependencies: ["DirDB", "DirDBDumpers", "TestSupport"],
            path: "Tests/Worker",
            swiftSettings: settings),
        .testTarget(
            name: "DirDBTests", dependencies: ["DirDB", "TestSupport", "dirdb-test-worker"],
            swiftSettings: settings),
        .testTarget(
            name: "DirDBCommandTests", dependencies: ["DirDB", "TestSupport", "dirdb"],
            swiftSettings: settings),
        .testTarget(
            name: "DirDBDumpersTests",
            dependencies: [
                "DirDB", "DirDBDumpers", "TestSupport",
                .product(name: "ComplexModule", package: "swift-numerics"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
