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

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "modelpack-fuzz",
    dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
    targets: [
        .systemLibrary(name: "CLibArchive", path: "Rooms/CLibArchive", pkgConfig: "libarchive"),
        .systemLibrary(name: "CLibCrypto", path: "Rooms/CLibCrypto", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CLibCurl", path: "Rooms/CLibCurl", pkgConfig: "libcurl"),
        .target(name: "CKernels", path: "Rooms/CKernels"),
        room("Files"),
        room("Configuration", imports: [yams]),
        room("Tensors", imports: ["CKernels", "Files"]),
        room("Checkpoints", imports: ["CKernels", "Files", "Tensors"]),
        room("Inference", imports: ["CKernels", "Tensors"]),
        room("Signatures", imports: ["CLibCrypto", "Configuration"]),
        room("Trust", imports: ["Signatures"]),
        room("Bundles", imports: ["CLibArchive", "Files", "Signatures"]),
        room("Transport", imports: ["CLibCurl", "Files"]),
        room("Suites", imports: ["Bundles", "Configuration", "Inference", "Signatures", "Tensors"]),
        room(
            "Building",
            imports: [
                "Bundles", "Checkpoints", "Configuration", "Files", "Inference", "Signatures", "Suites", "Tensors",
            ]),
        room("Updating", imports: ["Bundles", "Configuration", "Files", "Signatures", "Transport", "Trust"]),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Building", "Bundles", "Checkpoints", "Configuration", "Files", "Inference", "Signatures", "Suites",
                "Tensors",
                "Trust", "Updating",
            ],
            path: "Targets", swiftSettings: strict),
        // In C, because the main function is libFuzzer's, and SwiftPM looks for one in executables in Swift.
        .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Main"),
    ]
)
