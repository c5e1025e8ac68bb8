package vn.vaora

import java.time.Duration
import java.time.Instant
import java.util.TimeZone
import kotlin.random.Random
import vn.vaora.core.Now

/**
 * Tells the time as a phone does: wall clock, offset, running time, and which start of the phone it is.
 *
 * A diary asks it whenever a verb wants the time, on the diary's own thread. It must not throw.
 */
public fun interface PhoneClock {
    /** The time at this moment. */
    public fun now(): Now
}

/**
 * The clock of this process, for a JVM that is no phone: running time counts from the start of the process, and
 * every process is another start. A phone's own clock notices a wrong wall clock across processes; this one cannot.
 */
public object ProcessClock : PhoneClock {
    private val began = System.nanoTime()
    private val boot = Random.nextInt().toLong() and 0xFFFF_FFFFL

    override fun now(): Now {
        val wall = Instant.now()
        val offset = TimeZone.getDefault().getOffset(wall.toEpochMilli()) / MILLISECONDS_A_MINUTE
        val running = Duration.ofNanos(System.nanoTime() - began).seconds
        return Now(wall = wall, offsetMinutes = offset.toShort(), runningSeconds = running, boot = boot)
    }
}

private const val MILLISECONDS_A_MINUTE = 60_000
