// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "kiosk",
    dependencies: [
        // From elsewhere: .package(url: "https://…/modelpack.git", from: "0.1.0")
        .package(name: "modelpack", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "kiosk",
            dependencies: [
                .product(name: "Inference", package: "modelpack"), .product(name: "Updating", package: "modelpack"),
            ],
            path: "Sources")
    ]
)
