import Foundation
import VaoraCore

/// The diary of one phone.
///
/// Make one with ``create(in:matching:diary:clock:)`` or ``open(in:matching:diary:clock:)``; creating is not
/// opening. Every verb returns when what it did is durable. Verbs of one diary run one after another, on a
/// thread of the diary's own: `await` never blocks the caller's.
///
/// A verb either happens or does not. A task that was cancelled before its verb began throws
/// `CancellationError`; a verb that has begun runs to its end. Everything else that goes wrong is a
/// ``VaoraError``. Where a verb wants the time, the diary's clock tells it.
public actor Diary {
    let core: VaoraCore.Diary
    let clock: any PhoneClock
    private let worker = Worker()

    /// The diary's own thread.
    nonisolated public var unownedExecutor: UnownedSerialExecutor { worker.asUnownedSerialExecutor() }

    init(_ core: VaoraCore.Diary, _ clock: any PhoneClock) {
        self.core = core
        self.clock = clock
    }

    /// Makes a new diary in a folder, unlocked.
    ///
    /// Throws `VaoraError.AlreadyExists` if the folder holds one.
    public static func create(
        in folder: URL, matching: Secret, diary: Secret, clock: any PhoneClock = MachineClock()
    ) async throws -> Diary {
        try await offPool {
            let now = clock.counted()
            let core = try VaoraCore.Diary.create(
                folder: folder.path, matching: matching, diary: diary, now: now)
            return Diary(core, clock)
        }
    }

    /// Opens a diary.
    ///
    /// With `.locked` for its own secret it takes check-ins and shows nothing. No error of this call changes
    /// anything on disk.
    public static func open(
        in folder: URL, matching: KeyState, diary: KeyState, clock: any PhoneClock = MachineClock()
    ) async throws -> Diary {
        try await offPool {
            let core = try VaoraCore.Diary.open(folder: folder.path, matching: matching, diary: diary)
            return Diary(core, clock)
        }
    }

    /// Closes the diary and wipes its keys, once the verb under way has ended; every later one throws
    /// `VaoraError.Closed`, a ``sync(_:from:options:)`` in its midst too.
    public func close() {
        core.closeNow()
    }

    /// Begins a verb, unless its task was cancelled.
    func begin() throws -> VaoraCore.Diary {
        try Task.checkCancellation()
        return core
    }

    /// The time, for a verb.
    func now() -> Now { clock.counted() }
}

extension PhoneClock {
    func counted() -> Now {
        let now = now()
        return Now(
            wall: now.wall.counted, offsetMinutes: now.offsetMinutes,
            runningSeconds: now.runningSeconds, boot: now.boot)
    }
}

/// Removes everything in a folder at once, without any key: for who lost it and begins anew.
public func erase(_ folder: URL) async throws {
    try await offPool { try VaoraCore.erase(folder: folder.path) }
}
