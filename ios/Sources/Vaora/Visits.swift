import Foundation
import VaoraCore

extension Diary {
    /// The visits that touch a span, by default all, with the days that could not be read whole.
    public func visits(from: Date = .distantPast, until: Date = .distantFuture) throws -> Visits {
        try begin().visits(from: from.counted, until: until.counted, now: now())
    }

    /// Adds a visit of the past from a code.
    @discardableResult
    public func addPast(_ scan: Scan, from: Date, until: Date, companions: [Int64] = []) throws -> Visit {
        try begin().addPast(
            scan: scan, from: from.counted, until: until.counted, companions: companions, now: now())
    }

    /// Adds a visit by hand. It has no code, so no published list can ever name it.
    ///
    /// The category is a number of ``categories()``, or 0.
    @discardableResult
    public func addManual(
        _ name: String, from: Date, until: Date, category: Int32 = 0, companions: [Int64] = []
    ) throws -> Visit {
        try begin().addManual(
            name: name, category: category, from: from.counted, until: until.counted,
            companions: companions, now: now())
    }

    /// Corrects the times of a visit.
    public func edit(_ visit: Visit.ID, from: Date, until: Date) throws {
        try begin().edit(visit: visit, from: from.counted, until: until.counted, now: now())
    }

    /// The person confirms an end that was assumed.
    public func confirm(_ visit: Visit.ID) throws { try begin().confirm(visit: visit) }

    /// Says who came along.
    public func setCompanions(_ visit: Visit.ID, _ companions: [Int64]) throws {
        try begin().setCompanions(visit: visit, companions: companions)
    }

    /// Writes the person's own words.
    public func note(_ visit: Visit.ID, _ note: String) throws {
        try begin().note(visit: visit, note: note)
    }

    /// Hides a visit: its readable part is gone for good; it still warns, by day and advice only.
    public func hide(_ visit: Visit.ID) throws { try begin().hide(visit: visit, now: now()) }

    /// Forgets a visit: nothing of it is left, its alerts included.
    public func forget(_ visit: Visit.ID) throws { try begin().forget(visit: visit, now: now()) }

    /// Forgets everything before a day.
    public func forgetBefore(_ day: Day) throws { try begin().forgetBefore(day: day, now: now()) }

    /// Drops a day whole, also a damaged one.
    public func dropDay(_ day: Day) throws { try begin().dropDay(day: day, now: now()) }

    /// Adds a companion, and says their id.
    public func addCompanion(_ name: String) throws -> Companion.ID { try begin().addCompanion(name: name) }

    /// The companions.
    public func companions() throws -> [Companion] { try begin().companions() }

    /// Removes a companion, in every visit too.
    public func removeCompanion(_ companion: Companion.ID) throws {
        try begin().removeCompanion(id: companion)
    }

    /// How many days visits are kept, 1 to 30; `nil` is the usual 21.
    public func setRetention(_ days: Int32?) throws { try begin().setRetention(days: days) }

    /// Everything that can be read, sealed under a passphrase of at least 8 characters.
    ///
    /// It takes a second or two: guessing is made expensive.
    public func export(_ passphrase: String) throws -> Export { try begin().export(passphrase: passphrase) }

    /// Adds the visits of an export that are not here yet and whose time is not over: all of them or, after an
    /// error, none. Says how many.
    public func importFrom(_ file: Data, passphrase: String) throws -> Int {
        // The core's buffers are counted with 31 bits; no export comes near.
        guard file.count < 1 << 30 else { throw VaoraError.NotAnExport }
        return Int(try begin().importFrom(bytes: file, passphrase: passphrase, now: now()))
    }

    /// Does everything whose time has come: closing, expiring, reminding.
    ///
    /// Call it when the app starts, at the `next` that it says, and once a day; it also works while the phone is
    /// locked.
    public func due() throws -> Due { try begin().due(now: now()) }

    /// A time that the authority signed: the true one is not before it. Lists bring one by themselves.
    public func witness(_ signed: Date) throws { try begin().witness(time: signed.counted, now: now()) }

    /// Whether the phone's clock speaks against the running time or a signed time.
    public func clockSeemsWrong() throws -> Bool { try begin().clockSeemsWrong(now: now()) }
}
