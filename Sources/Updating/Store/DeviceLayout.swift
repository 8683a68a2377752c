/// Where things are below a device's root.
package struct DeviceLayout: Sendable {
    package let root: String

    package init(_ root: String) {
        self.root = root
    }

    package var configuration: String { root + "/device.yaml" }
    package var state: String { root + "/state.json" }
    package var history: String { root + "/history.jsonl" }
    package var status: String { root + "/status.json" }
    package var reports: String { root + "/reports.jsonl" }
    package var lock: String { root + "/lock" }
    package var trust: String { root + "/trust" }
    package var policy: String { trust + "/policy.yaml" }
    package var models: String { root + "/models" }

    package func model(_ name: String) -> ModelLayout { ModelLayout(folder: models + "/" + name) }
}

/// Where things are of one model.
package struct ModelLayout: Sendable {
    package let folder: String

    package var versions: String { folder + "/versions" }
    package var staging: String { folder + "/staging" }
    package var current: String { folder + "/current" }

    /// A version in its place, read-only.
    package func version(_ version: String) -> String { versions + "/" + version }
    /// What readers of a version hold.
    package func lock(_ version: String) -> String { versions + "/" + version + ".lock" }
    /// A version that is being put together.
    package func staged(_ version: String) -> String { staging + "/" + version }
}
