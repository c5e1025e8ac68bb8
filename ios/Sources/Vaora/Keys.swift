import Foundation
import VaoraCore

/// The two secrets of a diary.
///
/// An app keeps them in the phone's key store. These live as long as this value: for tests and previews.
public struct Keys: Sendable {
    /// There after the first unlocking: opens day keys and times.
    public let matching: Secret
    /// May require the person: opens names and notes.
    public let diary: Secret

    /// Two that are there already.
    public init(matching: Secret, diary: Secret) {
        self.matching = matching
        self.diary = diary
    }

    /// Two new ones.
    public static func make() throws -> Keys {
        try Keys(matching: secret(), diary: secret())
    }

    private static func secret() throws -> Secret {
        var system = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &system) }
        return try Secret(bytes: Data(bytes), wrapping: Data())
    }
}

/// What was once left beside a secret of a diary, from every copy of it that can be read.
///
/// Needs no secret and changes nothing: call it to learn which keys to fetch from the key store.
public func wrappings(_ folder: URL, of ring: Ring) async throws -> [Data] {
    try await offPool { try VaoraCore.wrappings(folder: folder.path, ring: ring) }
}

extension Diary {
    /// The phone was locked: lets go of what opens the readable parts.
    public func lock() throws { try begin().lock() }

    /// Opens the readable parts after the phone was unlocked. Call ``drain()`` afterwards.
    public func unlock(_ diary: KeyState) throws { try begin().unlock(diary: diary) }

    /// Seals under the diary's own key what was noted while the phone was locked.
    @discardableResult
    public func drain() throws -> Drained { try begin().drain() }

    /// Writes the diary's rings under new secrets and reads them back.
    ///
    /// Only when this has returned delete the old secrets from the key store: then nothing opens what was
    /// forgotten, not even from copies of every earlier file. After an error keep both, and try again.
    public func rotate(matching: Secret?, diary: Secret?) throws {
        try begin().rotate(matching: matching, diary: diary)
    }
}
