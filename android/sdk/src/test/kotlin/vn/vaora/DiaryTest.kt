package vn.vaora

import java.time.Instant
import java.time.LocalDate
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import vn.vaora.core.ClockMark
import vn.vaora.core.Code
import vn.vaora.core.KeyState
import vn.vaora.core.Kind
import vn.vaora.core.Secret
import vn.vaora.core.Trust
import vn.vaora.core.VaoraException

/** The façade: its errors, its threads, and what an app may do wrongly. */
class DiaryTest {
    @Test
    fun `a visit stays`() = world { world, diary ->
        val visit = diary.visited()
        diary.close()
        world.open().use { again ->
            assertEquals(listOf(visit), again.visits().visits)
            assertEquals("Chợ Xanh", visit.place?.name)
        }
    }

    @Test
    fun `a code at the door is checked in`() = world { _, diary ->
        diary.follow(Vectors.root)
        val scan = diary.inspect(Code.of(Vectors.code))
        assertEquals(Trust.VERIFIED, scan.info().trust)
        val visit = diary.checkIn(scan)
        assertEquals(visit.id, diary.rescan(scan).open?.id)
        assertEquals(3, diary.badge(visit.id).size)
        diary.checkOut(visit.id)
    }

    @Test
    fun `without a phone the process tells the time`() = world { world, diary ->
        diary.close()
        world.folder.deleteRecursively()
        Diary.create(world.folder, world.keys.matching, world.keys.diary).use { here ->
            val before = Instant.now().minusSeconds(1)
            val visit = here.addManual("Chợ Xanh", before.minusSeconds(2 * HOUR), before.minusSeconds(HOUR))
            assertEquals(ClockMark.SURE, visit.clock)
            assertFalse(here.clockSeemsWrong())
        }
        assertEquals(ProcessClock.now().boot, ProcessClock.now().boot)
    }

    @Test
    fun `errors print their text`() = world { world, diary ->
        val error = thrown<VaoraException.NoVisit> { diary.checkOut(7) }
        assertEquals("there is no such visit", error.text)
        val refused = thrown<VaoraException.Untrusted> { diary.follow("no root".toByteArray()) }
        assertEquals("the authority's current keys did not sign this (${refused.why})", refused.text)
        thrown<VaoraException.AlreadyExists> { world.create() }
        diary.close()
        for ((state, error) in listOf(
            KeyState.Locked to VaoraException.Locked::class,
            KeyState.Gone to VaoraException.KeyGone::class,
            Keys.make().matching.ready() to VaoraException.WrongKey::class
        )) {
            val got = thrown<VaoraException> {
                Diary.open(world.folder, state, world.keys.diary.ready(), world.clock)
            }
            assertEquals(error, got::class)
        }
    }

    @Test
    fun `every error has a text of its own`() {
        val day = LocalDate.parse("2026-11-21")
        val all = listOf(
            VaoraException.Locked(),
            VaoraException.DamagedDay(day),
            VaoraException.Offline("portal"),
            VaoraException.ShareTooMuch(40),
            VaoraException.BadCall("a number is out of range")
        )
        val texts = listOf(
            "the diary is locked",
            "the day 2026-11-21 is damaged",
            "the network does not answer (portal)",
            "only 40 of these visits fit one share",
            "the app called this wrongly: a number is out of range"
        )
        assertEquals(texts, all.map(VaoraException::text))
    }

    @Test
    fun `after closing everything says closed`() = world { _, diary ->
        diary.close()
        diary.close()
        val verbs: List<suspend () -> Any?> =
            listOf({ diary.visits() }, { diary.alerts() }, { diary.due() }, { diary.visited() }, { diary.lock() })
        for (verb in verbs) thrown<VaoraException.Closed> { verb() }
    }

    @Test
    fun `closing while in use ends every verb, with its work or with closed`() = world { world, diary ->
        val written = withContext(Dispatchers.Default) {
            val writers = List(8) {
                async {
                    var written = 0
                    thrown<VaoraException.Closed> {
                        while (true) {
                            diary.visited(hoursAgo = it + 1L)
                            written++
                        }
                    }
                    written
                }
            }
            while (diary.visits().visits.size < 20) Unit
            diary.close()
            writers.awaitAll().sum()
        }
        world.open().use { assertEquals(written, it.visits().visits.size) }
    }

    @Test
    fun `a second opening is refused`() = world { world, _ ->
        thrown<VaoraException.InUse> { world.open() }
    }

    @Test
    fun `no verb works on the caller's thread`() = world { world, diary ->
        val threads = ConcurrentHashMap.newKeySet<Thread>()
        world.whenAsked = { threads += Thread.currentThread() }
        val main = Executors.newSingleThreadExecutor()
        val here = withContext(main.asCoroutineDispatcher()) {
            diary.visited()
            diary.alerts()
            thrown<VaoraException.NotAVenueCode> { diary.checkIn(diary.inspect(Code.of("no code"))) }
            Thread.currentThread()
        }
        main.shutdown()
        assertFalse(threads.isEmpty())
        assertFalse(here in threads)
    }

    @Test
    fun `one verb comes after the other`() = world { world, diary ->
        val inside = AtomicInteger()
        val most = AtomicInteger()
        world.whenAsked = {
            most.accumulateAndGet(inside.incrementAndGet(), ::maxOf)
            Thread.sleep(5)
            inside.decrementAndGet()
        }
        withContext(Dispatchers.Default) { List(16) { async { diary.visited() } }.awaitAll() }
        assertEquals(1, most.get())
    }

    @Test
    fun `bad calls end in exceptions`() = world { _, diary ->
        val huge = "x".repeat(5_000_000)
        val visit = diary.visited().id
        assertEquals(Kind.TEXT, diary.inspect(Code.of(huge)).info().kind)
        thrown<VaoraException.BadText> { diary.note(visit, huge) }
        thrown<VaoraException.BadText> { diary.addCompanion(huge) }
        thrown<VaoraException.BadTimes> { diary.edit(visit, Instant.MIN, Instant.MAX) }
        thrown<VaoraException.BadCall> { Secret("short".toByteArray(), ByteArray(0)) }
        thrown<VaoraException.BadCall> { diary.sync("not hexadecimal", "https://a.example/") }
        thrown<VaoraException.BadCall> { diary.setRetention(-1) }
        thrown<VaoraException.BadCall> { diary.policy("nowhere") }
        thrown<VaoraException.NotAnExport> { diary.importFrom(ByteArray(0), "a good passphrase") }
    }

    @Test
    fun `half of an emoji is no text`() = world { _, diary ->
        val half = "\uD83D"
        val visit = diary.visited().id
        thrown<VaoraException.BadText> { diary.note(visit, half) }
        thrown<VaoraException.BadText> { diary.visited(name = half) }
        thrown<VaoraException.BadText> { diary.addCompanion("Lan $half") }
        assertEquals("Lan ?", Code.of("Lan $half").text())
        assertEquals(Kind.TEXT, diary.inspect(Code.of(half)).info().kind)
    }

    @Test
    fun `a code of nothing is no venue`() = world { _, diary ->
        for (code in listOf(Code.of(""), Code.of("\u0000"), Code.fromBytes(ByteArray(0)))) {
            thrown<VaoraException.NotAVenueCode> { diary.checkIn(diary.inspect(code)) }
        }
    }

    @Test
    fun `secrets are in no text`() {
        val secret = Secret(ByteArray(32) { 's'.code.toByte() }, "alias".toByteArray())
        assertFalse("ssss" in secret.toString() + secret.ready())
    }
}
