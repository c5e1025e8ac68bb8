import Foundation
import VaoraCore

extension Diary {
    /// Follows an authority from the root that the app embeds, and says its name.
    ///
    /// Call it at every start: an app that was updated brings a newer root. Nothing is fetched here.
    @discardableResult
    public func follow(_ root: Data) throws -> String {
        guard root.count < 1 << 30 else { throw VaoraError.Untrusted(why: "root") }
        return try begin().follow(root: root)
    }

    /// Follows an authority no longer; its alerts go.
    public func unfollow(_ deployment: String) throws { try begin().unfollow(deployment: deployment) }

    /// How old the information of each authority is. Always show it; an old list still warns.
    public func freshness() throws -> [Freshness] { try begin().freshness(now: now()) }

    /// What the authorities ask of an area today; it is written `2025/04/01273`.
    public func policy(_ area: String) throws -> [AreaPolicy] { try begin().policy(area: area, now: now()) }

    /// Every alert of the days that are kept, the strongest first; those that were taken back are still here,
    /// and say so.
    public func alerts() throws -> [Alert] { try begin().alerts(now: now()) }

    /// Why there is an alert, visit by visit and window by window.
    public func explain(_ alert: Alert.ID) throws -> [Explanation] {
        try begin().explain(alert: alert, now: now())
    }

    /// The person opened the alert.
    public func seen(_ alert: Alert.ID) throws { try begin().seen(alert: alert, now: now()) }

    /// The person has read it: no more reminders.
    public func acknowledge(_ alert: Alert.ID) throws { try begin().acknowledge(alert: alert, now: now()) }

    /// What an authority advises, in a language, or in Vietnamese where it is not there; `nil` for a number
    /// that its catalogue does not name: show words of your own.
    public func advice(_ deployment: String, _ advice: Int32, language: String = "vi") throws -> AdviceText? {
        try begin().advice(deployment: deployment, advice: advice, language: language)
    }
}
