// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the product's builds know nothing of fuzzing. It compiles the same rooms (`Rooms` is a
// link to `Sources`) with coverage and the address sanitizer: see Scripts/fuzz.sh.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableExperimentalFeature("Lifetimes"),
]

func room(_ name: String, imports: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: imports, path: "Rooms/\(name)", swiftSettings: strict)
}

let package = Package(
    name: "modelpack-fuzz",
    targets: [
        .systemLibrary(name: "CLibArchive", path: "Rooms/CLibArchive", pkgConfig: "libarchive"),
        .systemLibrary(name: "CLibCrypto", path: "Rooms/CLibCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CLibZstd", path: "Rooms/CLibZstd", pkgConfig: "libzstd"),
        .systemLibrary(name: "CLibCurl", path: "Rooms/CLibCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "CLibYAML", path: "Rooms/CLibYAML", pkgConfig: "yaml-0.1"),
        .target(name: "CKernels", path: "Rooms/CKernels"),
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
        room(
            "Building",
            imports: [
                "Bundles", "Checkpoints", "Configuration", "Deltas", "Files", "Inference", "JSONText", "Signatures",
                "Suites", "Tensors",
            ]),
        room(
            "Verifying",
            imports: ["Bundles", "Configuration", "Failures", "Files", "Inference", "Signatures", "Suites", "Tensors"]),
        room(
            "Updating",
            imports: [
                "Bundles", "Configuration", "Deltas", "Failures", "Files", "Registries", "Signatures", "Transport",
                "Trust",
            ]),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Buckets", "Building", "Bundles", "Checkpoints", "Configuration", "Deltas", "Files", "Inference",
                "JSONText", "Registries", "Signatures", "Suites", "Tensors", "Trust", "Updating", "Verifying",
            ],
            path: "Targets", swiftSettings: strict),
        // In C, because the main function is libFuzzer's, and SwiftPM looks for one in executables in Swift.
        .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Main"),
    ]
)
