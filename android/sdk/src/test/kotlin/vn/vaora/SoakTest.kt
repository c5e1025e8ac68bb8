package vn.vaora

import java.time.Instant
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

/** Many at once on one diary, for as long as `VAORA_SOAK_SECONDS` says: nobody waits for ever, no visit is lost. */
class SoakTest {
    @Test
    fun `eight at once lose nothing`() = world { world, diary ->
        val seconds = System.getenv("VAORA_SOAK_SECONDS")?.toLong() ?: 2
        val end = System.nanoTime() + seconds * 1_000_000_000
        val kept = withContext(Dispatchers.Default) {
            List(8) { worker -> async { work(diary, worker, end) } }.awaitAll().flatMap { it.entries }
        }.associate { it.toPair() }
        assertTrue(kept.isNotEmpty())
        diary.close()
        world.open().use { again ->
            val found = again.visits()
            assertEquals(kept, found.visits.associate { it.id to it.note })
            assertEquals(emptyList<Any>(), found.damaged + found.unfinished)
        }
    }

    /** One of them, each on a day of its own: adds, writes, corrects, forgets, reads; the notes it must find again. */
    private suspend fun work(diary: Diary, worker: Int, end: Long): Map<Long, String> {
        val kept = mutableMapOf<Long, String>()
        val noon = Vectors.at.minusSeconds((worker + 1) * 24 * HOUR)
        var round = 0L
        while (System.nanoTime() < end && round < MOST) {
            val from = noon.plusSeconds(round++)
            val id = diary.addManual("Chợ $worker", from, from.plusSeconds(HOUR)).id
            diary.note(id, "$worker/$round")
            diary.alerts()
            if (round % 3 == 0L) diary.forget(id) else kept[id] = "$worker/$round"
            assertEquals(id in kept, isThere(diary, id, from))
        }
        return kept
    }

    private suspend fun isThere(diary: Diary, id: Long, from: Instant): Boolean =
        diary.visits(from, from.plusSeconds(1)).visits.any { it.id == id }
}

/** So many visits fit a day. */
private const val MOST = 1_000
