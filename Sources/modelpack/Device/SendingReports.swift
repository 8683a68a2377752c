import Transport
import Updating

extension UpdateCommand {
    /// Sends what waits in the queue, where the owner wants reports; what can't be sent waits for the next time.
    func sendReports(_ store: borrowing Store, _ configuration: DeviceConfiguration) {
        guard let reports = configuration.reports else { return }
        do {
            let options = configuration.httpOptions
            let queue = ReportQueue(store.layout.reports)
            if let problem = try queue.send({ try post($0, to: reports.address, options: options) }) { throw problem }
        } catch {
            common.note("reports wait: \((error as? any Explained)?.message ?? reports.address)")
        }
    }
}
