// swift-tools-version: 6.2

import PackageDescription

// `.ci/fuzz` builds another package: everything is instrumented for libFuzzer, and there is one more executable.
// Elsewhere there are no unsafe flags, with which no package could depend on this one.
let isFuzzing = Context.environment["DIRDB_FUZZ"] != nil

let fuzzSettings: [SwiftSetting] = isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address"])] : []

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .treatAllWarnings(as: .error),
    ] + fuzzSettings

let fuzzTargets: [Target] = [
    .target(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
    .executableTarget(
        name: "dirdb-fuzz",
        dependencies: [
            "CLibFuzzer", "DirDB", "DirDBDumpers", "DirDBSimrun",
            .product(name: "ComplexModule", package: "swift-numerics"),
        ],
        path: "Tests/Fuzz", exclude: ["CLibFuzzer", "Corpus", "Dictionaries"], swiftSettings: settings,
        linkerSettings: [
            // gold, the default linker, has an internal error here.
            .unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])
        ]),
]

let package = Package(
    name: "dirdb",
    products: [
        .library(name: "DirDB", targets: ["DirDB"]),
        .library(name: "DirDBDumpers", targets: ["DirDBDumpers"]),
        .library(name: "DirDBSimrun", targets: ["DirDBSimrun"]),
        .library(name: "DirDBWorkflow", targets: ["DirDBWorkflow"]),
        .executable(name: "dirdb", targets: ["dirdb"]),
        .executable(name: "dirdb-bench", targets: ["dirdb-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-numerics", from: "1.1.1"),
    ],
    targets: [
        .systemLibrary(
            name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),
        // Its CRC-32 runs at the speed of memory, seven times that of zlib's, which would halve that of npz.
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CLibMD", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
        // What `xxhsum -H3` prints; 17 GB/s on one core, hundreds of times as fast as FNV-1a byte by byte or SHA-256.
        .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
        .target(name: "CLinux"),
        // An instruction that Swift has no word for.
        .systemLibrary(name: "CPrefetch"),
        .target(name: "DirDB", dependencies: ["CJansson", "CLinux"], swiftSettings: settings),
        .target(
            name: "DirDBDumpers",
            dependencies: [
                "DirDB", "CPrefetch", "CZlib", "CZstd", "CSnappy", "CISAL",
                .product(name: "ComplexModule", package: "swift-numerics"),
            ],
            swiftSettings: settings),
        .target(
            name: "DirDBSimrun", dependencies: ["DirDB", "DirDBDumpers", "CLibMD", "CLinux"],
            swiftSettings: settings),
        .target(
            name: "DirDBWorkflow", dependencies: ["DirDB", "DirDBDumpers", "CXXHash"], swiftSettings: settings
        ),
        .executableTarget(
            name: "dirdb",
            dependencies: [
                "DirDB", "DirDBDumpers", "DirDBSimrun", "DirDBWorkflow",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "dirdb-bench", dependencies: ["DirDB", "DirDBDumpers", "DirDBSimrun", "DirDBWorkflow"],
            swiftSettings: settings),
        .target(
            name: "TestSupport", dependencies: ["DirDB"], path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "dirdb-test-worker",
            dependencies: ["DirDB", "DirDBDumpers", "DirDBWorkflow", "TestSupport"],
            path: "Tests/Worker",
            swiftSettings: settings),
        .testTarget(
            name: "DirDBTests", dependencies: ["DirDB", "DirDBWorkflow", "TestSupport", "dirdb-test-worker"],
            swiftSettings: settings),
        .testTarget(
            name: "DirDBSimrunTests",
            dependencies: ["DirDB", "DirDBDumpers", "DirDBSimrun", "DirDBWorkflow", "TestSupport", "dirdb"],
            swiftSettings: settings),
        .testTarget(
            name: "DirDBWorkflowTests",
            dependencies: [
                "DirDB", "DirDBDumpers", "DirDBWorkflow", "TestSupport", "dirdb", "dirdb-test-worker",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "DirDBCommandTests", dependencies: ["DirDB", "TestSupport", "dirdb"],
            swiftSettings: settings),
        .testTarget(
            name: "DirDBDumpersTests",
            dependencies: [
                "DirDB", "DirDBDumpers", "DirDBWorkflow", "TestSupport",
                .product(name: "ComplexModule", package: "swift-numerics"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

if isFuzzing { package.targets += fuzzTargets }
