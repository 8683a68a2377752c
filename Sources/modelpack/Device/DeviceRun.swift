import FoundationEssentials
import Updating

/// Runs `body` with the device for this run alone; then apps can see in `status.json` what it came to.
func withDevice<Result>(
    _ option: RootOption, _ body: (inout Store, DeviceConfiguration) throws -> Result
) throws -> Result {
    let layout = try option.layout
    var store = try Store.open(layout.root, clock: Date())
    let configuration = try DeviceConfiguration(path: layout.configuration)
    store.reporting = configuration.reports
    let result: Result
    do {
        result = try body(&store, configuration)
    } catch {
        // What has happened before the error is to be seen, too; the error itself matters more than a full disk.
        try? store.publishStatus(configuration)
        throw error
    }
    try store.publishStatus(configuration)
    return result
}
