// swift-tools-version: 6.2
import PackageDescription

/// Swift 6 language mode, strict memory safety and warnings as errors, in every target.
/// `Lifetimes` lets a mapping hand out a `RawSpan` that cannot outlive it.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
]

/// A room: one Swift module and the rooms it may import.
func room(_ name: String, imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, swiftSettings: strict)
}

func tests(_ name: String, of rooms: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: rooms, resources: resources, swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "modelpack",
    products: [
        // What an app embeds: docs/embedding.md.
        .library(name: "Inference", targets: ["Inference"]),
        .library(name: "Updating", targets: ["Updating"]),
        .library(name: "Verifying", targets: ["Verifying"]),
        .executable(name: "modelpack", targets: ["modelpack"]),
        .executable(name: "tuf-client", targets: ["TUFClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        // System libraries and kernels.
        .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLibCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLibZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CProcess"),
        .target(name: "CKernels"),

        // Vocabulary: bytes in, values out.
        room("Failures"),
        room("Files", imports: ["Failures"]),
        room("JSONText"),
        room("Configuration", imports: ["CLibYAML", "Failures"]),
        room("Tensors", imports: ["CKernels", "Failures", "Files", "JSONText"]),
        room("Checkpoints", imports: ["CKernels", "Files", "JSONText", "Tensors"]),
        room("Inference", imports: ["CKernels", "Failures", "JSONText", "Tensors"]),
        room("Signatures", imports: ["CLibCrypto", "Configuration", "Failures", "JSONText"]),
        room("Trust", imports: ["Failures", "JSONText", "Signatures"]),
        room("Bundles", imports: ["CLibArchive", "Failures", "Files", "Signatures"]),
        room("Deltas", imports: ["CKernels", "CLibZstd", "Failures", "Files", "Signatures", "Tensors"]),
        room("Transport", imports: ["CLibCurl", "Failures", "Files"]),
        room("Registries", imports: ["Bundles", "Failures", "Files", "Signatures", "Transport"]),
        room("Buckets", imports: ["Files", "Signatures", "Transport"]),

        room(
            "Suites",
            imports: ["Bundles", "Configuration", "Failures", "Inference", "JSONText", "Signatures", "Tensors"]),

        // Workflows: they touch the world and never import each other.
        room(
            "Building",
            imports: [
                "Bundles", "Checkpoints", "Configuration", "Deltas", "Files", "Inference", "JSONText", "Signatures",
                "Suites", "Tensors",
            ]),
        room(
            "Verifying",
            imports: [
                "Bundles", "Configuration", "Failures", "Files", "Inference", "JSONText", "Signatures", "Suites",
                "Tensors",
            ]),
        room(
            "Publishing",
            imports: ["Bundles", "Configuration", "Deltas", "Files", "Signatures", "Tensors", "Trust"]),
        room(
            "Updating",
            imports: [
                "Bundles", "Configuration", "Deltas", "Failures", "Files", "Registries", "Signatures", "Transport",
                "Trust",
            ]),
        .executableTarget(
            name: "modelpack",
            dependencies: [
                argumentParser, "Buckets", "Building", "Bundles", "CProcess", "Checkpoints", "Configuration", "Deltas",
                "Failures", "Files", "Inference", "JSONText", "Publishing", "Registries", "Signatures", "Suites",
                "Tensors", "Transport", "Trust", "Updating", "Verifying",
            ],
            swiftSettings: strict),

        tests("FilesTests", of: ["Files"]),
        tests("JSONTextTests", of: ["JSONText"]),
        tests("ConfigurationTests", of: ["Configuration"]),
        .target(name: "KernelVectors", dependencies: ["CKernels"], path: "Tests/KernelVectors"),
        tests("KernelTests", of: ["CKernels", "KernelVectors"]),
        tests("TensorsTests", of: ["CKernels", "Tensors", "Files"]),
        tests("CheckpointsTests", of: ["Checkpoints", "Tensors", "Files"]),
        tests("InferenceTests", of: ["Files", "Inference", "JSONText", "Tensors"]),
        tests("SignaturesTests", of: ["Configuration", "JSONText", "Signatures"]),
        tests("TrustTests", of: ["Trust", "Signatures"]),
        tests("BundlesTests", of: ["Bundles", "Files", "Signatures"]),
        tests("DeltasTests", of: ["CKernels", "Deltas", "Files", "Signatures", "Tensors", "TestModels"]),
        .target(
            name: "TestModels", dependencies: ["Deltas", "Files", "Tensors"], path: "Tests/TestModels",
            swiftSettings: strict),
        tests("TransportTests", of: ["Transport", "Files", "TestServer"]),
        tests("RegistriesTests", of: ["Registries", "Bundles", "Files", "Signatures", "TestServer", "Transport"]),
        tests("BucketsTests", of: ["Buckets", "Files", "Signatures", "TestServer", "Transport"]),
        .target(name: "TestServer", path: "Tests/TestServer", swiftSettings: strict),
        tests(
            "BuildingTests",
            of: [
                "Building", "Bundles", "Checkpoints", "Deltas", "Files", "Inference", "Signatures", "Suites", "Tensors",
            ]),
        tests("SuitesTests", of: ["Suites", "Inference", "Signatures"]),
        tests(
            "VerifyingTests",
            of: ["Verifying", "Building", "Bundles", "Files", "Inference", "Signatures", "Suites", "Tensors"]),
        tests(
            "PublishingTests", of: ["Publishing", "Bundles", "Deltas", "Files", "Signatures", "TestModels", "Trust"]),
        tests(
            "UpdatingTests",
            of: [
                "Updating", "Bundles", "Configuration", "Deltas", "Files", "TestModels", "TestServer", "Publishing",
                "Registries", "Signatures", "Transport", "Trust",
            ]),
        tests("ReferenceTests", of: ["Building", "Checkpoints", "Files", "Inference", "Tensors"]),
        // What TUF's conformance suite runs: the device's client behind the suite's command line.
        .executableTarget(
            name: "TUFClient", dependencies: ["Files", "Transport", "Trust", "Updating"],
            path: "Tests/Conformance/TUFClient", swiftSettings: strict),
        tests("CommandLineTests", of: ["modelpack", "Files", "JSONText", "Suites", "TestServer"]),
    ]
)
