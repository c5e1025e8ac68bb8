import Foundation
import VaoraCore

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension Diary {
    /// What sharing these visits would send. Nothing is sent or kept here.
    ///
    /// Show every visit of it with every field, then ask; only its `agree()` makes a consent. Of companions
    /// who are not `named` it tells only how many they were.
    public func sharePreview(
        _ deployment: String, visits: [Visit.ID], named: [Companion.ID] = []
    ) throws -> SharePreview {
        try begin().sharePreview(deployment: deployment, visits: visits, named: named, now: now())
    }

    /// Prepares the upload that the person agreed to, with the authority's one-time code.
    ///
    /// It is durable before this returns. ``send(_:to:options:)`` brings it to the authority.
    public func share(_ consent: Consent, code: String) throws -> Upload {
        try begin().share(consent: consent, code: code, now: now())
    }

    /// Brings an upload to the address below which the authority's desk listens. The receipt; `nil` for a
    /// cover.
    ///
    /// Once it throws `VaoraError.Unsure`, or the task was cancelled, nobody knows whether the upload arrived:
    /// to send ``shareAgain()`` is safe, for the authority takes it once.
    @discardableResult
    public func send(
        _ upload: Upload, to base: URL, options: SyncOptions = SyncOptions()
    ) async throws -> Receipt? {
        let delivery = try begin().deliver(upload: upload, base: base.absoluteString, options: options)
        let line = Line()
        defer { line.close() }
        try await line.follow(delivery.nextStep) { request in
            request.httpMethod = "POST"
            request.httpBody = upload.bytes()
            return ShareAnswer(delivery: delivery)
        }
        return try delivery.finish(now: now())
    }

    /// The share whose answer is still out, if there is one.
    public func sharePending() throws -> PendingShare? { try begin().sharePending(now: now()) }

    /// The same share once more: same visits, same code.
    public func shareAgain() throws -> Upload { try begin().shareAgain(now: now()) }

    /// Gives up on the share whose answer is out. The authority may have it all the same.
    public func shareAbandon() throws { try begin().shareAbandon() }

    /// An upload of nothing, which nobody but the authority can tell from a share. Send it when
    /// ``nextCover(after:)`` says.
    public func shareCover(_ deployment: String) throws -> Upload {
        try begin().shareCover(deployment: deployment, now: now())
    }

    /// The receipts of everything that was shared, the latest first.
    public func receipts() throws -> [Receipt] { try begin().receipts() }
}

/// When the next cover is due: ten days later on average, and no pattern tells it from a share.
///
/// Draw it once for each installation and again after each cover, and keep it.
public func nextCover(after time: Date) throws -> Date { try VaoraCore.nextCover(after: time.counted) }

/// Hands the desk's answer to the core, which judges it.
private struct ShareAnswer: Answer {
    let delivery: VaoraCore.Delivery

    func head(_ response: HTTPURLResponse) throws -> Bool {
        try delivery.head(status: response.status, headers: response.headers)
    }

    func body(_ bytes: Data) throws -> Bool { try delivery.body(bytes: bytes) }

    func end() throws { try delivery.end() }

    func broke(reached: Bool) throws { try delivery.broke(reached: reached) }
}
