package vn.vaora

import java.io.File
import java.nio.charset.CharacterCodingException
import java.time.Instant
import java.time.LocalDate
import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import vn.vaora.core.AdviceText
import vn.vaora.core.Alert
import vn.vaora.core.AreaPolicy
import vn.vaora.core.Code
import vn.vaora.core.CompanionInfo
import vn.vaora.core.Consent
import vn.vaora.core.Diary as CoreDiary
import vn.vaora.core.Drained
import vn.vaora.core.Due
import vn.vaora.core.Explanation
import vn.vaora.core.Export
import vn.vaora.core.Freshness
import vn.vaora.core.KeyState
import vn.vaora.core.PendingShare
import vn.vaora.core.Receipt
import vn.vaora.core.Rescan
import vn.vaora.core.Scan
import vn.vaora.core.Secret
import vn.vaora.core.SharePreview
import vn.vaora.core.SyncOptions
import vn.vaora.core.SyncReport
import vn.vaora.core.Upload
import vn.vaora.core.VaoraException
import vn.vaora.core.Visit
import vn.vaora.core.Visits
import vn.vaora.core.erase as eraseNow

/**
 * The diary of one phone. Make one with [create] or [open]; creating is not opening.
 *
 * Call its verbs from any coroutine, the main thread's too: the work is done on a thread of the diary's own, one verb
 * after the other, and what a verb did is durable when it returns. A verb that has begun runs to its end even if its
 * coroutine is cancelled; one that was cancelled before does nothing. So cancelling never leaves half of something, and
 * whoever was cancelled looks at [visits] to learn which of the two it was.
 *
 * Errors are [VaoraException], one class for each different button that an app would show. Where a verb wants the time,
 * the diary's [PhoneClock] tells it.
 */
public class Diary private constructor(
    private val core: CoreDiary,
    internal val clock: PhoneClock,
    private val thread: CoroutineDispatcher
) {
    /**
     * Closes the diary and wipes its keys, after the verbs that were called before; every later one throws
     * [VaoraException.Closed]. Cancelling does not keep it from closing.
     */
    public suspend fun close(): Unit = withContext(NonCancellable) { work { core.closeNow() } }

    // Keys

    /** Lets go of what opens the readable parts: the phone was locked. */
    public suspend fun lock(): Unit = work { core.lock() }

    /** Opens the readable parts. Call [drain] afterwards. */
    public suspend fun unlock(diary: KeyState): Unit = work { core.unlock(diary) }

    /** Seals under the diary's own key what was noted while it was locked. */
    public suspend fun drain(): Drained = work { core.drain() }

    /**
     * Writes the rings under new secrets; null keeps the one there is. Only when this has returned may the old secrets
     * be deleted from the key store: then nothing opens what was forgotten. After a failure keep both, and try again.
     */
    public suspend fun rotate(matching: Secret?, diary: Secret?): Unit = work { core.rotate(matching, diary) }

    // At the door

    /** Says what was scanned. Nothing is opened, sent or kept. */
    public suspend fun inspect(code: Code): Scan = work { core.inspect(code, clock.now()) }

    /** What a scanned place meets in the diary: ask before every check-in. */
    public suspend fun rescan(scan: Scan): Rescan = work { core.rescan(scan, clock.now()) }

    /** Checks in; the person has seen what this place is and confirmed it. Also works while the phone is locked. */
    public suspend fun checkIn(scan: Scan, companions: List<Long> = emptyList()): Visit =
        work { core.checkIn(scan, companions, clock.now()) }

    /** Checks out. A second time changes nothing. */
    public suspend fun checkOut(visit: Long): Unit = work { core.checkOut(visit, clock.now()) }

    /** Still here: the end is assumed another usual stay from now. */
    public suspend fun stay(visit: Long): Unit = work { core.stay(visit, clock.now()) }

    /** Three of eight shapes, 0 to 7, that every phone in this venue shows in this minute. */
    public suspend fun badge(visit: Long): List<Int> = work { core.badge(visit, clock.now()) }

    // The diary

    /** The visits that touch a span, by default all, with the days that could not be read whole. */
    public suspend fun visits(from: Instant = FIRST, until: Instant = LAST): Visits =
        work { core.visits(from, until, clock.now()) }

    /** Adds a visit of the past from a code. */
    public suspend fun addPast(scan: Scan, from: Instant, until: Instant, companions: List<Long> = emptyList()): Visit =
        work { core.addPast(scan, from, until, companions, clock.now()) }

    /** Adds a visit by hand, which no published list can ever name. [category] is a number of `categories()`, or 0. */
    public suspend fun addManual(
        name: String,
        from: Instant,
        until: Instant,
        category: Int = 0,
        companions: List<Long> = emptyList()
    ): Visit = work { core.addManual(name, category, from, until, companions, clock.now()) }

    /** Corrects the times of a visit. */
    public suspend fun edit(visit: Long, from: Instant, until: Instant): Unit =
        work { core.edit(visit, from, until, clock.now()) }

    /** The person confirms an end that was assumed. */
    public suspend fun confirm(visit: Long): Unit = work { core.confirm(visit) }

    /** Says who came along, by their ids. */
    public suspend fun setCompanions(visit: Long, companions: List<Long>): Unit =
        work { core.setCompanions(visit, companions) }

    /** Writes the person's own words. */
    public suspend fun note(visit: Long, note: String): Unit = work { core.note(visit, note) }

    /** Hides a visit: its readable part is gone for good; it still warns, by day and advice only. */
    public suspend fun hide(visit: Long): Unit = work { core.hide(visit, clock.now()) }

    /** Forgets a visit: nothing of it is left, its alerts included. */
    public suspend fun forget(visit: Long): Unit = work { core.forget(visit, clock.now()) }

    /** Forgets everything before a day. */
    public suspend fun forgetBefore(day: LocalDate): Unit = work { core.forgetBefore(day, clock.now()) }

    /** Drops a day whole, also a damaged one. */
    public suspend fun dropDay(day: LocalDate): Unit = work { core.dropDay(day, clock.now()) }

    /** Adds a companion, and says their id. */
    public suspend fun addCompanion(name: String): Long = work { core.addCompanion(name) }

    /** The companions. */
    public suspend fun companions(): List<CompanionInfo> = work { core.companions() }

    /** Removes a companion, in every visit too. */
    public suspend fun removeCompanion(companion: Long): Unit = work { core.removeCompanion(companion) }

    /** How many days visits are kept, 1 to 30; null is the usual 21. */
    public suspend fun setRetention(days: Int?): Unit = work { core.setRetention(days) }

    /**
     * Everything that can be read, sealed under a passphrase of at least 8 characters. It takes a second or two:
     * guessing is made expensive.
     */
    public suspend fun export(passphrase: String): Export = work { core.export(passphrase) }

    /** Adds the visits of an export that are not here yet, and says how many: all of them or, after a failure, none. */
    public suspend fun importFrom(file: ByteArray, passphrase: String): Int =
        work { core.importFrom(file, passphrase, clock.now()) }

    /**
     * Does everything whose time has come: closing, expiring, reminding. Call it when the app starts, at its `next`,
     * and once a day; it also works while the phone is locked.
     */
    public suspend fun due(): Due = work { core.due(clock.now()) }

    // The clock

    /** A time that the authority signed: the true one is not before it. Lists bring one by themselves. */
    public suspend fun witness(signed: Instant): Unit = work { core.witness(signed, clock.now()) }

    /** Whether the clock speaks against the running time or a signed time. */
    public suspend fun clockSeemsWrong(): Boolean = work { core.clockSeemsWrong(clock.now()) }

    // Lists and warnings

    /**
     * Follows an authority from the root file that the app embeds, and says its name, with which the other verbs name
     * it. Call it at every start: an app that was updated brings a newer root. Nothing is fetched here.
     */
    public suspend fun follow(root: ByteArray): String = work { core.follow(root) }

    /** Follows an authority no longer; its alerts go. */
    public suspend fun unfollow(deployment: String): Unit = work { core.unfollow(deployment) }

    /**
     * Takes the newest list of an authority from an address, over the platform's own HTTP, and matches the diary
     * against it. Who runs the server learns that a phone syncs and nothing else.
     *
     * After an error or a cancellation the phone holds what it held before; what came of a list stays and is not
     * fetched again. [wait] is what waits between tries.
     *
     * If your app sets a process-wide `CookieHandler`, let it give and take no cookies for this address: the platform
     * asks it for every connection, and a cookie would tell one phone from another.
     */
    public suspend fun sync(
        deployment: String,
        base: String,
        options: SyncOptions = SyncOptions(),
        wait: suspend (milliseconds: Long) -> Unit = ::delay
    ): SyncReport = work { core.plan(deployment, base, options) }.use { transfer ->
        carry(Fetched(transfer, clock), null, wait)
        work { transfer.finish(clock.now()) }
    }

    /** When to sync next: a grid with a phase of this installation's own, so that the time of a sync says nothing. */
    public suspend fun nextSync(last: Instant, everyMinutes: Int): Instant = work { core.nextSync(last, everyMinutes) }

    /** How old the information of each authority is. Always show it; an old list still warns. */
    public suspend fun freshness(): List<Freshness> = work { core.freshness(clock.now()) }

    /** What the authorities ask of an area today; it is written `2025/04/01273`. */
    public suspend fun policy(area: String): List<AreaPolicy> = work { core.policy(area, clock.now()) }

    /** Every alert of the days that are kept, the strongest first; those that were taken back say so. */
    public suspend fun alerts(): List<Alert> = work { core.alerts(clock.now()) }

    /** Why there is an alert, visit by visit and window by window. */
    public suspend fun explain(alert: Long): List<Explanation> = work { core.explain(alert, clock.now()) }

    /** The person opened the alert. */
    public suspend fun seen(alert: Long): Unit = work { core.seen(alert, clock.now()) }

    /** The person has read it: no more reminders. */
    public suspend fun acknowledge(alert: Long): Unit = work { core.acknowledge(alert, clock.now()) }

    /**
     * What an authority advises, in a language or in Vietnamese; null for a number that its catalogue does not name:
     * show words of your own.
     */
    public suspend fun advice(deployment: String, advice: Int, language: String = "vi"): AdviceText? =
        work { core.advice(deployment, advice, language) }

    // Sharing

    /**
     * What sharing these visits would send. [named] are the companions whose names are told; of the others only how
     * many they were. Show every visit with every field, then ask; `agree()` of the preview is the only way to a
     * [Consent]. Nothing is sent or kept.
     */
    public suspend fun sharePreview(
        deployment: String,
        visits: List<Long>,
        named: List<Long> = emptyList()
    ): SharePreview = work { core.sharePreview(deployment, visits, named, clock.now()) }

    /**
     * Sends what the person agreed to, with the one-time code of the authority, to the address below which its desk
     * listens, and gives back the receipt. It is durable before it is sent: after an error of the line, a cancellation
     * or a crash [sharePending] tells of it, and [shareAgain] is safe. [wait] is what waits between tries.
     */
    public suspend fun share(
        consent: Consent,
        code: String,
        base: String,
        options: SyncOptions = SyncOptions(),
        wait: suspend (milliseconds: Long) -> Unit = ::delay
    ): Receipt = received(send(base, options, wait) { core.share(consent, code, clock.now()) })

    /** The share whose answer is still out, or null. */
    public suspend fun sharePending(): PendingShare? = work { core.sharePending(clock.now()) }

    /** Sends the same share once more: same visits, same code; the authority takes it once. */
    public suspend fun shareAgain(
        base: String,
        options: SyncOptions = SyncOptions(),
        wait: suspend (milliseconds: Long) -> Unit = ::delay
    ): Receipt = received(send(base, options, wait) { core.shareAgain(clock.now()) })

    /** Gives up on the share whose answer is out. The authority may have it all the same. */
    public suspend fun shareAbandon(): Unit = work { core.shareAbandon() }

    /** The receipts of everything that was shared, the latest first. */
    public suspend fun receipts(): List<Receipt> = work { core.receipts() }

    /** Sends an upload of nothing, which nobody but the authority can tell from a share, when `nextCover` says. */
    public suspend fun shareCover(
        deployment: String,
        base: String,
        options: SyncOptions = SyncOptions(),
        wait: suspend (milliseconds: Long) -> Unit = ::delay
    ) {
        send(base, options, wait) { core.shareCover(deployment, clock.now()) }
    }

    private suspend fun send(
        base: String,
        options: SyncOptions,
        wait: suspend (Long) -> Unit,
        prepare: () -> Upload
    ): Receipt? {
        val upload = work(prepare)
        return work { core.deliver(upload, base, options) }.use { delivery ->
            carry(Sent(delivery), upload.bytes(), wait)
            // An answer that has come is noted, whether somebody still waits for it or not.
            withContext(NonCancellable) { work { delivery.finish(clock.now()) } }
        }
    }

    /** Only a cover has none. */
    private fun received(receipt: Receipt?): Receipt = receipt ?: throw VaoraException.Unsure()

    private suspend fun <T> work(call: () -> T): T = blocking(thread, call)

    public companion object {
        /**
         * Makes a new diary in a folder, unlocked. Throws [VaoraException.AlreadyExists] if there is one. If it was
         * cancelled, the diary may be there: open it then.
         */
        public suspend fun create(
            folder: File,
            matching: Secret,
            diary: Secret,
            clock: PhoneClock = ProcessClock
        ): Diary = make(clock) { CoreDiary.create(folder.path, matching, diary, clock.now()) }

        /**
         * Opens a diary. With [KeyState.Locked] for its own secret it takes check-ins and shows nothing. No error of
         * this call changes anything on disk. A secret that the key store gave is [ready].
         */
        public suspend fun open(
            folder: File,
            matching: KeyState,
            diary: KeyState,
            clock: PhoneClock = ProcessClock
        ): Diary = make(clock) { CoreDiary.open(folder.path, matching, diary) }

        /** Removes everything in a folder at once, without any key: for who lost it and begins anew. */
        public suspend fun erase(folder: File): Unit = blocking(Dispatchers.IO) { eraseNow(folder.path) }

        private suspend fun make(clock: PhoneClock, call: () -> CoreDiary): Diary {
            // A view of the shared threads: at most one of them is busy with this diary.
            val thread = Dispatchers.IO.limitedParallelism(1)
            var made: CoreDiary? = null
            return try {
                Diary(blocking(thread) { call().also { made = it } }, clock, thread)
            } catch (cancelled: CancellationException) {
                // Nobody would close it, and it could not be opened again while it is open.
                made?.closeNow()
                throw cancelled
            }
        }

        private val FIRST = Instant.EPOCH
        private val LAST = Instant.parse("3000-01-01T00:00:00Z")
    }
}

/** Hands a diary to [block] and closes it afterwards, whatever happens. */
public suspend inline fun <T> Diary.use(block: (Diary) -> T): T = try {
    block(this)
} finally {
    close()
}

/** A call that blocks, on a thread where it may: it is never broken off in its middle. */
internal suspend fun <T> blocking(thread: CoroutineContext, call: () -> T): T = withContext(thread) {
    try {
        call()
    } catch (_: CharacterCodingException) {
        // Half of a surrogate pair: a string that is no text does not even reach the core.
        throw VaoraException.BadText()
    }
}
