import Bundles
import FoundationEssentials
import Transport
import Trust

/// How far an update goes.
public struct UpdateOptions: Sendable {
    /// Tell what would be fetched and what room it needs, and do nothing.
    public var isDryRun = false
    /// Switch to what is fetched and checked; otherwise it waits in staging for `activate`.
    public var activates = true
    /// The owner's yes: what `automatic` and `schedule` in `device.yaml` would let wait is done now.
    public var isOwnersWish = false
    /// Fetched bytes cost money, also where `device.yaml` doesn't say so: what has no delta waits for another link.
    public var isMetered = false
    /// KiB a second to fetch at most; nil for what `device.yaml` says.
    public var rate: Int?

    /// The options of a run that does all that the owner lets it do.
    public init() {}
}

extension ModelDevice {
    /// Brings a model, or all that the channel carries, up to what the channel offers: fetched, checked by signature and
    /// digest, asked `check`, switched to, in this order.
    ///
    /// - Parameters:
    ///   - model: the model's name; nil for all.
    ///   - check: has the last word on a version before it is used: is told its folder, with `model/model.gguf` in it.
    ///     It runs in this process, so it must bound its own time and memory. One that throws could not be finished, which
    ///     costs one of the version's attempts.
    ///   - report: told what is going on, on the calling thread.
    ///   - isCancelled: asked at least about every second, by any thread, until a version comes into use; once it is true
    ///     the call ends with an error of the kind `cancelled`. What was fetched stays, and the next call goes on with it;
    ///     other models that were switched before stay switched.
    /// - Returns: what came of it for each model; a refusal is a result. Where one model's update fails the others are
    ///   updated all the same, and the first error is thrown.
    public func update(
        _ model: String? = nil, _ options: UpdateOptions = UpdateOptions(),
        check: @escaping (_ folder: String) throws -> ModelHealth, report: @escaping (UpdateEvent) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> [UpdateResult] {
        try update(model, options, strictly: Self.finishing(check), report: report, isCancelled: isCancelled)
    }

    /// Installs a bundle file, from a stick for instance: the same trust in its makers, without the repository.
    ///
    /// The closures are those of `update`; of the options only `isDryRun` and `activates` count.
    public func install(
        bundle path: String, _ options: UpdateOptions = UpdateOptions(),
        check: @escaping (_ folder: String) throws -> ModelHealth, report: @escaping (UpdateEvent) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> UpdateResult {
        try install(
            bundle: path, options, strictly: Self.finishing(check), report: report, isCancelled: isCancelled)
    }

    /// Switches to the version that lies in staging, fetched and checked before: no repository is asked.
    ///
    /// `check` and `report` are those of `update`.
    public func activate(
        _ model: String, check: @escaping (_ folder: String) throws -> ModelHealth,
        report: @escaping (UpdateEvent) -> Void = { _ in }
    ) throws -> UpdateResult {
        try activate(model, strictly: Self.finishing(check), report: report)
    }

    /// A check that throws could not be finished.
    private static func finishing(_ check: @escaping (String) throws -> ModelHealth) -> (String) -> ModelHealth {
        { folder in
            do { return try check(folder) } catch { return .undecided(reason: "\(error)") }
        }
    }
}

// What the command does: an error that its check throws ends the run, and costs nothing.
extension ModelDevice {
    package func update(
        _ model: String?, _ options: UpdateOptions, strictly check: @escaping (String) throws -> ModelHealth,
        report: @escaping (UpdateEvent) -> Void, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> [UpdateResult] {
        try change { store, configuration in
            var updater = updater(configuration, options, check, report, isCancelled)
            let link = configuration.schedule.links.isEmpty ? nil : defaultLink()
            let time = LocalTime(seconds: Int(Date().timeIntervalSince1970))
            updater.permission = configuration.permission(at: time, link: link, isYes: options.isOwnersWish)
            let results = try updater.update(&store, only: model, clock: Date())
            if !options.isDryRun { sendReports(store, configuration, updater) }
            return results
        }
    }

    package func install(
        bundle path: String, _ options: UpdateOptions, strictly check: @escaping (String) throws -> ModelHealth,
        report: @escaping (UpdateEvent) -> Void, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws -> UpdateResult {
        // Who hands over a bundle has said yes to it.
        try change { store, configuration in
            try updater(configuration, options, check, report, isCancelled)
                .install(&store, from: path, clock: Date())
        }
    }

    package func activate(
        _ model: String, strictly check: @escaping (String) throws -> ModelHealth,
        report: @escaping (UpdateEvent) -> Void
    ) throws -> UpdateResult {
        try change { store, configuration in
            try updater(configuration, UpdateOptions(), check, report).activate(&store, model, clock: Date())
        }
    }

    /// Hashes again what is installed, and rebuilds what has rotted.
    package func recheck(
        _ model: String?, strictly check: @escaping (String) throws -> ModelHealth,
        report: @escaping (UpdateEvent) -> Void
    ) throws -> (results: [CheckResult], problem: (any Error)?) {
        try change { store, configuration in
            try updater(configuration, UpdateOptions(), check, report).check(&store, only: model, clock: Date())
        }
    }

    /// What the repository says now, and the models that the channel carries: nothing is changed, no lock is taken, and a
    /// repository that doesn't answer isn't waited for long.
    package func look() throws -> (metadata: TrustedMetadata, models: [String], now: Date) {
        var configuration = try configuration
        configuration.limits.connectSeconds = min(configuration.limits.connectSeconds, 5)
        configuration.limits.stallSeconds = min(configuration.limits.stallSeconds, 5)
        let now = try Store.readState(layout).now(clock: Date())
        var updater = updater(configuration, UpdateOptions(), { _ in .good }, { _ in })
        updater.backoff.wait = { _ in }
        let (metadata, models) = try updater.look(layout, at: now)
        return (metadata, models, now)
    }

    private func updater(
        _ configuration: DeviceConfiguration, _ options: UpdateOptions,
        _ check: @escaping (String) throws -> ModelHealth,
        _ report: @escaping (UpdateEvent) -> Void, _ isCancelled: @escaping @Sendable () -> Bool = { false }
    ) -> Updater {
        var configuration = configuration
        if let rate = options.rate { configuration.limits.rate = max(1, rate) }
        var updater = Updater(
            configuration: configuration,
            abilities: .current(modelpack: modelpackVersion, runtimes: configuration.runtimes), healthCheck: check,
            report: report)
        updater.isDryRun = options.isDryRun
        updater.activates = options.activates
        updater.isMetered = updater.isMetered || options.isMetered
        updater.open = open
        updater.checkpoint = { if isCancelled() { throw UpdateError.cancelled } }
        return updater
    }

    /// Sends what waits in the queue, where the owner wants reports; what can't be sent waits for the next time.
    private func sendReports(
        _ store: borrowing Store, _ configuration: DeviceConfiguration, _ updater: Updater
    ) {
        guard let reports = configuration.reports else { return }
        do {
            var options = configuration.httpOptions
            options.checkpoint = updater.checkpoint
            let queue = ReportQueue(store.layout.reports)
            if let problem = try queue.send({ try post($0, to: reports.address, options: options) }) { throw problem }
        } catch {
            updater.report(.reportsWait(address: reports.address, error))
        }
    }
}
