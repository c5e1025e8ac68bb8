import Foundation
import VaoraCore

extension Diary {
    /// Says what was scanned, by the keys and catalogues of every authority followed.
    ///
    /// Also works while the phone is locked. Nothing is opened, sent or kept.
    public func inspect(_ code: Code) throws -> Scan { try begin().inspect(code: code, now: now()) }

    /// What a scanned place meets in the diary: ask before every check-in.
    public func rescan(_ scan: Scan) throws -> Rescan { try begin().rescan(scan: scan, now: now()) }

    /// Checks in, with whom came along; the person has seen what this place is and confirmed it.
    @discardableResult
    public func checkIn(_ scan: Scan, companions: [Int64] = []) throws -> Visit {
        try begin().checkIn(scan: scan, companions: companions, now: now())
    }

    /// Checks out. A second time changes nothing.
    public func checkOut(_ visit: Visit.ID) throws { try begin().checkOut(visit: visit, now: now()) }

    /// Still here: the end is assumed another usual stay from now, at most 24 hours after the visit began.
    public func stay(_ visit: Visit.ID) throws { try begin().stay(visit: visit, now: now()) }

    /// Three of eight shapes, 0 to 7, that every phone in this venue shows in this minute: the staff see at a
    /// glance who checked in.
    public func badge(_ visit: Visit.ID) throws -> [Int] {
        try begin().badge(visit: visit, now: now()).map(Int.init)
    }
}

/// Says what was scanned, by the root alone that the app embeds: for a scanner that is ready before the diary
/// is open. ``Diary/inspect(_:)`` knows more: catalogues, newer roots, other authorities.
public func inspect(_ code: Code, root: Data, at time: Date = Date()) throws -> Scan {
    try VaoraCore.inspect(code: code, root: root, at: time.counted)
}

/// Every category of venues, by ascending number.
public func categories() -> [Category] { VaoraCore.categories() }
