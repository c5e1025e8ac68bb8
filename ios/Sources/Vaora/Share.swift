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

    /// Sends what the person agreed to, with the authority's one-time code, to the address below which its desk
    /// listens.
    ///
    /// Once it throws `VaoraError.Unsure`, or the task was cancelled, nobody knows whether it arrived:
    /// ``shareAgain(to:)`` is safe, for the authority takes it once.
    public func share(_ consent: Consent, code: String, to base: URL) async throws -> Receipt {
        try await send(begin().share(consent: consent, code: code, now: now()), to: base)
    }

    /// The share whose answer is still out, if there is one.
    public func sharePending() throws -> PendingShare? { try begin().sharePending(now: now()) }

    /// The same share once more: same visits, same code.
    public func shareAgain(to base: URL) async throws -> Receipt {
        try await send(begin().shareAgain(now: now()), to: base)
    }

    /// Gives up on the share whose answer is out. The authority may have it all the same.
    public func shareAbandon() throws { try begin().shareAbandon() }

    /// The receipts of everything that was shared, the latest first.
    public func receipts() throws -> [Receipt] { try begin().receipts() }

    /// Sends nothing, in a way that nobody but the authority can tell from a share. Call it when
    /// ``nextCover(after:)`` says.
    public func shareCover(_ deployment: String, to base: URL) async throws {
        let upload = try begin().shareCover(deployment: deployment, now: now())
        let reply = try await post(upload, to: base)
        _ = try core.shareReply(upload: upload, reply: reply, now: now())
    }

    private func send(_ upload: Upload, to base: URL) async throws -> Receipt {
        let reply = try await post(upload, to: base)
        guard let receipt = try core.shareReply(upload: upload, reply: reply, now: now()) else {
            throw VaoraError.Unsure
        }
        return receipt
    }

    /// The body of the answer, or nothing if none came.
    private func post(_ upload: Upload, to base: URL) async throws -> Data {
        let request = try URLRequest(sharing: upload, to: base)
        let line = Line()
        defer { line.close() }
        let answer = ShareAnswer()
        try await line.carry(request, to: answer)
        return answer.taken
    }
}

/// When the next cover is due: ten days later on average, and no pattern tells it from a share.
///
/// Draw it once for each installation and again after each cover, and keep it.
public func nextCover(after time: Date) throws -> Date { try VaoraCore.nextCover(after: time.counted) }

extension URLRequest {
    /// The same from every phone, whatever is in it.
    fileprivate init(sharing upload: Upload, to base: URL) throws {
        let host = base.host ?? ""
        // Plain HTTP is for tests; a name could be another machine, so only numbers count.
        let isHere = base.scheme == "http" && (host == "127.0.0.1" || host == "::1")
        guard base.scheme == "https" || isHere, base.user == nil, base.password == nil else {
            throw VaoraError.Offline(why: "address")
        }
        self.init(url: base.appendingPathComponent("share"))
        timeoutInterval = 60
        httpMethod = "POST"
        httpBody = upload.bytes()
        setValue("vaora/1", forHTTPHeaderField: "User-Agent")
        setValue("*/*", forHTTPHeaderField: "Accept")
        setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        setValue("application/octet-stream", forHTTPHeaderField: "Content-Type")
    }
}

/// Keeps the desk's answer. Whatever goes wrong, the answer is then none: the core says what that means.
private final class ShareAnswer: Answer, @unchecked Sendable {
    // Unchecked, for a line calls it one call at a time, and it is read after the last one.
    private(set) var taken = Data()

    func head(_ response: HTTPURLResponse) -> Bool { response.statusCode == 200 }

    func body(_ bytes: Data) -> Bool {
        taken += bytes
        if taken.count <= Self.most { return true }
        taken = Data()
        return false
    }

    func end() {}

    func broke() { taken = Data() }

    /// Answers are much shorter.
    private static let most = 4096
}
