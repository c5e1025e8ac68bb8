package vn.vaora

import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.yield
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import vn.vaora.core.VaoraException

/** Cancelling leaves no half of anything: a verb that began ends, one that did not begin does nothing. */
class CancelTest {
    /** The diary is in the midst of a verb from when [begun] is open until [go] is. */
    private class Pause(world: World) {
        val begun = CountDownLatch(1)
        val go = CountDownLatch(1)

        init {
            world.whenAsked = {
                begun.countDown()
                go.await()
            }
        }

        suspend fun isBegun() = runInterruptible(Dispatchers.IO) { begun.await() }
    }

    @Test
    fun `a verb that began runs to its end`() = world { world, diary ->
        val pause = Pause(world)
        val visit = async { diary.visited() }
        pause.isBegun()
        visit.cancel()
        pause.go.countDown()
        thrown<CancellationException> { visit.await() }
        assertEquals(1, diary.visits().visits.size)
        diary.close()
        world.open().use { assertEquals(1, it.visits().visits.size) }
    }

    @Test
    fun `a verb that was cancelled before it began does nothing`() = world { world, diary ->
        val pause = Pause(world)
        val first = launch { diary.visited("Chợ Xanh") }
        pause.isBegun()
        val second = launch { diary.visited("Chợ Đỏ") }
        yield()
        second.cancel()
        pause.go.countDown()
        joinAll(first, second)
        assertEquals(listOf("Chợ Xanh"), diary.visits().visits.map { it.place?.name })
    }

    @Test
    fun `closing waits for the verbs before it and is not cancelled`() = world { world, diary ->
        val pause = Pause(world)
        val visit = async { diary.visited() }
        pause.isBegun()
        val closing = launch { diary.close() }
        yield()
        closing.cancel()
        val late = async { runCatching { diary.visits() } }
        yield()
        pause.go.countDown()
        visit.await()
        assertTrue(late.await().exceptionOrNull() is VaoraException.Closed)
        closing.join()
        world.open().use { assertEquals(1, it.visits().visits.size) }
    }

    @Test
    fun `a diary whose opening was cancelled can be opened`() = world { world, diary ->
        diary.close()
        world.folder.deleteRecursively()
        val pause = Pause(world)
        val making = async { world.create() }
        pause.isBegun()
        making.cancel()
        pause.go.countDown()
        thrown<CancellationException> { making.await() }
        world.open().use { assertEquals(0, it.visits().visits.size) }
    }
}
