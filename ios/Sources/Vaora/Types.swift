import Foundation
import VaoraCore

// What goes into the verbs and comes out of them. UniFFI writes these types, with their documentation, from
// the core's own; they are values, or objects that hold what no caller may read.

// At the door.
/// Something that was scanned or typed. It may be a person's card: neither log nor keep it.
public typealias Code = VaoraCore.Code
/// An answer for a code: what it is, and what may be shown of it.
public typealias Scan = VaoraCore.Scan
/// What may be shown of a code.
public typealias ScanInfo = VaoraCore.ScanInfo
/// What a code is.
public typealias Kind = VaoraCore.Kind
/// How far a venue code can be trusted.
public typealias Trust = VaoraCore.Trust
/// What a venue code says.
public typealias VenueInfo = VaoraCore.VenueInfo
/// What kind of venue.
public typealias VenueKind = VaoraCore.VenueKind
/// What another system's venue code says.
public typealias ForeignInfo = VaoraCore.ForeignInfo
/// A category of venues.
public typealias Category = VaoraCore.Category
/// What a scan meets in the diary.
public typealias Rescan = VaoraCore.Rescan
/// An open visit that a scan meets.
public typealias OpenVisit = VaoraCore.OpenVisit

// The diary.
/// A moment as the phone tells it.
public typealias Now = VaoraCore.Now
/// A day as people in Viet Nam count it: `Day(Date())`, `Day(year: 2026, month: 11, day: 21)`, `Day("2026-11-21")`.
public typealias Day = VaoraCore.Day
/// One visit.
public typealias Visit = VaoraCore.Visit
/// Visits of a span, and what could not be read of it.
public typealias Visits = VaoraCore.Visits
/// What the diary shows of a venue.
public typealias PlaceInfo = VaoraCore.PlaceInfo
/// How a visit ended.
public typealias Out = VaoraCore.Out
/// How a visit came into the diary.
public typealias Origin = VaoraCore.Origin
/// What is known of the clock at the time of a visit.
public typealias ClockMark = VaoraCore.ClockMark
/// Somebody who is checked in with this phone.
public typealias Companion = VaoraCore.Companion
/// What became of what a locked phone had noted.
public typealias Drained = VaoraCore.Drained
/// What was done and what is to be asked, now that this time has come.
public typealias Due = VaoraCore.Due
/// A diary in one sealed file.
public typealias Export = VaoraCore.Export

// Keys.
/// One of the diary's secrets: 32 bytes out of the platform's key store, wiped when this goes.
public typealias Secret = VaoraCore.Secret
/// What the platform's key store says of a secret. Make your app answer each.
public typealias KeyState = VaoraCore.KeyState
/// Which of the two secrets.
public typealias Ring = VaoraCore.Ring

// Lists and warnings.
/// How patient a sync is. The defaults suit a phone on a slow line.
public typealias SyncOptions = VaoraCore.SyncOptions
/// What a sync brought.
public typealias SyncReport = VaoraCore.SyncReport
/// How old an authority's information is.
public typealias Freshness = VaoraCore.Freshness
/// What an authority asks of an area.
public typealias AreaPolicy = VaoraCore.AreaPolicy
/// Whether apps ask people of an area to check in.
public typealias AreaState = VaoraCore.AreaState
/// A warning: somebody infectious was at the same venue at the same time, says the authority.
public typealias Alert = VaoraCore.Alert
/// How far an alert has come.
public typealias AlertState = VaoraCore.AlertState
/// Why there is an alert: one visit, one window, one rule.
public typealias Explanation = VaoraCore.Explanation
/// What to do after a warning, in one language.
public typealias AdviceText = VaoraCore.AdviceText
/// A notification. On a lock screen show only that there is news.
public typealias Notice = VaoraCore.Notice
/// What a notification says.
public typealias NoticeKind = VaoraCore.NoticeKind

// Sharing.
/// What would be sent. Show every visit of it with every field, then ask.
public typealias SharePreview = VaoraCore.SharePreview
/// One visit as it would be sent: every field of it.
public typealias SharedVisit = VaoraCore.SharedVisit
/// A person's yes to sharing exactly these visits, once.
public typealias Consent = VaoraCore.Consent
/// What goes to the authority: the same size, whatever is in it.
public typealias Upload = VaoraCore.Upload
/// A share whose answer is out: offer to try again.
public typealias PendingShare = VaoraCore.PendingShare
/// That visits were shared. Which ones, it does not say.
public typealias Receipt = VaoraCore.Receipt

// What can go wrong.
/// What went wrong: one variant for each different button that an app would show.
public typealias VaoraError = VaoraCore.VaoraError

/// Printed, an error is its text for a help desk, which holds no path, no name and nothing of a person.
extension VaoraCore.VaoraError: CustomStringConvertible {}

extension VaoraCore.Visit: Identifiable {}
extension VaoraCore.Alert: Identifiable {}
extension VaoraCore.Companion: Identifiable {}
extension VaoraCore.Receipt: Identifiable {}

extension VaoraCore.KeyState {
    /// The one secret that is living.
    public static func ready(_ secret: Secret) -> KeyState { .ready(secrets: [secret]) }
}
