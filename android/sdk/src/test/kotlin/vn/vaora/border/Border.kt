// The calls that `./vaora bench size` times, through Kotlin. bench/src/border.rs says what is asked.

package vn.vaora.border

import com.sun.management.ThreadMXBean
import java.io.File
import java.lang.management.ManagementFactory
import java.nio.ByteBuffer
import java.time.Instant
import kotlinx.coroutines.runBlocking
import vn.vaora.Diary
import vn.vaora.Keys
import vn.vaora.PhoneClock
import vn.vaora.Scanner
import vn.vaora.core.Code
import vn.vaora.core.Now
import vn.vaora.core.Scan
import vn.vaora.of
import vn.vaora.use

/** `FOLDER UNIX-SECONDS`; answers until there are no more questions. */
fun main(args: Array<String>) = runBlocking {
    val folder = File(args[0])
    val clock = CountedClock(Instant.ofEpochSecond(args[1].toLong()))
    val keys = Keys.make()
    Diary.create(folder.resolve("diary"), keys.matching, keys.diary, clock).use { diary ->
        diary.follow(folder.resolve("root").readBytes())
        val code = folder.resolve("code").readText()
        val pixels = folder.resolve("frame").readBytes()
        val border = Border(diary, clock, code, Code.of(code).use { diary.inspect(it) }, direct(pixels))
        for (line in generateSequence(::readLine)) {
            val (call, times) = line.split(' ')
            println(border.answer(call, times.toInt()))
        }
    }
}

/** A phone's work, one call at a time. */
private class Border(
    private val diary: Diary,
    private val clock: CountedClock,
    private val code: String,
    private val scan: Scan,
    private val pixels: ByteBuffer
) {
    private val scanner = Scanner()
    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    private val me = Thread.currentThread().id

    suspend fun answer(call: String, times: Int): String {
        val nanos = LongArray(times)
        val before = threads.getThreadAllocatedBytes(me)
        for (n in nanos.indices) nanos[n] = once(call)
        val taken = (threads.getThreadAllocatedBytes(me) - before) / times
        return """{"nanos":[${nanos.joinToString(",")}],"taken":$taken}"""
    }

    private suspend fun once(call: String): Long = when (call) {
        "clock" -> timed { diary.clockSeemsWrong() }

        "inspect" -> timed {
            Code.of(code).use { code -> diary.inspect(code).use { check(it.info().mayCheckIn) } }
        }

        "check-in" -> {
            clock.pass(A_MINUTE)
            var visit = 0L
            timed { visit = diary.checkIn(scan).id }.also { diary.checkOut(visit) }
        }

        "frame" -> timed {
            checkNotNull(scanner.frame(pixels, WIDTH, HEIGHT, WIDTH)) { "the code was not seen" }.close()
        }

        else -> error("no such call")
    }
}

/** Goes as it is told. */
private class CountedClock(private val start: Instant) : PhoneClock {
    @Volatile
    private var seconds = 0L

    fun pass(more: Long) {
        seconds += more
    }

    override fun now() = Now(
        wall = start.plusSeconds(seconds),
        offsetMinutes = 420,
        runningSeconds = 1_000 + seconds,
        boot = 1
    )
}

private inline fun timed(call: () -> Unit): Long {
    val start = System.nanoTime()
    call()
    return System.nanoTime() - start
}

/** As a camera gives it. */
private fun direct(pixels: ByteArray): ByteBuffer =
    ByteBuffer.allocateDirect(pixels.size).apply { put(pixels).rewind() }

private const val WIDTH = 1280
private const val HEIGHT = 720
private const val A_MINUTE = 60L
