import Foundation
import VaoraCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension Diary {
    /// Takes the newest list of an authority from the address below which its files lie.
    ///
    /// The list is verified on its way, counts all at once or not at all, and is matched before this returns.
    /// What is asked for says nothing of the diary. Cancelled or failed, the phone holds what it held before;
    /// what came of a list stays and is not fetched again. Other verbs go on while the network is waited for.
    @discardableResult
    public func sync(
        _ deployment: String, from base: URL, options: SyncOptions = SyncOptions()
    ) async throws -> SyncReport {
        let transfer = try begin().plan(
            deployment: deployment, base: base.absoluteString, options: options)
        let line = Line()
        defer { line.close() }
        let answer = ListAnswer(transfer: transfer, clock: clock)
        try await line.follow(transfer.nextStep) { _ in answer }
        return try transfer.finish(now: now())
    }

    /// When to sync next: a grid with a phase of this installation's own, so that the time of a sync says
    /// nothing of a scan, an opening or a match.
    public func nextSync(after last: Date, everyMinutes: Int32) throws -> Date {
        try begin().nextSync(last: last.counted, everyMinutes: everyMinutes)
    }
}

/// Hands the answer for a part of a list to the core, which judges it.
private struct ListAnswer: Answer {
    let transfer: VaoraCore.Transfer
    let clock: any PhoneClock

    func head(_ response: HTTPURLResponse) throws -> Bool {
        try transfer.head(status: response.status, headers: response.headers, runningSeconds: running)
    }

    func body(_ bytes: Data) throws -> Bool { try transfer.body(bytes: bytes, runningSeconds: running) }

    func end() throws { try transfer.end() }

    func broke(reached _: Bool) throws { try transfer.broke() }

    private var running: Int64 { max(0, clock.now().runningSeconds) }
}
