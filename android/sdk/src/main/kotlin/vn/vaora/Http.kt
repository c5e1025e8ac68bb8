package vn.vaora

import java.io.IOException
import java.net.HttpURLConnection
import java.net.Proxy
import java.net.URL
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import vn.vaora.core.Delivery
import vn.vaora.core.Transfer
import vn.vaora.core.TransferStep

// The platform's own HTTP. It knows nothing of what it carries: the core says what to ask for and judges the answers.

/** What the core has this line carry: it says what is next, and judges the answers. */
internal interface Carried {
    fun next(): TransferStep

    /** An answer began. Whether to hand over its body; if not, let go of it. */
    fun head(status: Int, headers: Map<String, String>): Boolean

    /** The next bytes of an answer. Whether to go on; if not, let go of it. */
    fun body(bytes: ByteArray): Boolean

    fun end()

    /** No whole answer came. [reached]: a connection had been made, so that what was sent may have arrived. */
    fun broke(reached: Boolean)
}

/** A sync. */
internal class Fetched(private val transfer: Transfer, private val clock: PhoneClock) : Carried {
    override fun next() = transfer.nextStep()

    override fun head(status: Int, headers: Map<String, String>) = transfer.head(status, headers, running())

    override fun body(bytes: ByteArray) = transfer.body(bytes, running())

    override fun end() = transfer.end()

    override fun broke(reached: Boolean) = transfer.broke()

    private fun running() = clock.now().runningSeconds
}

/** An upload. */
internal class Sent(private val delivery: Delivery) : Carried {
    override fun next() = delivery.nextStep()

    override fun head(status: Int, headers: Map<String, String>) = delivery.head(status, headers)

    override fun body(bytes: ByteArray) = delivery.body(bytes)

    override fun end() = delivery.end()

    override fun broke(reached: Boolean) = delivery.broke(reached)
}

/** Carries something until it only has to be finished: by `GET`, or by `POST` of some bytes. */
internal suspend fun carry(what: Carried, post: ByteArray?, wait: suspend (Long) -> Unit) {
    while (true) {
        when (val step = blocking(Dispatchers.IO) { what.next() }) {
            is TransferStep.Ask -> {
                val connection = connect(step.url, step.headers, step.connectSeconds, step.stallSeconds)
                connection.whileWanted { handOver(what, post) }
            }
            is TransferStep.Wait -> wait(step.milliseconds)
            is TransferStep.Done -> return
        }
    }
}

/** A connection that sends these headers, keeps nothing, and goes where it is told and nowhere else. */
private fun connect(address: String, headers: Map<String, String>, connect: Int, stall: Int): HttpURLConnection {
    val url = URL(address)
    // Plain HTTP is this machine itself, says the core: no proxy stands before it.
    val connection = if (url.protocol == "http") url.openConnection(Proxy.NO_PROXY) else url.openConnection()
    connection.useCaches = false
    connection.connectTimeout = milliseconds(connect)
    connection.readTimeout = milliseconds(stall)
    headers.forEach(connection::setRequestProperty)
    return (connection as HttpURLConnection).apply { instanceFollowRedirects = false }
}

/**
 * Talks over a connection on a thread that may block. Cancelling closes it, which ends the blocking; one that was
 * heard to its end stays open for the next request.
 */
private suspend fun <T> HttpURLConnection.whileWanted(talk: HttpURLConnection.() -> T): T = coroutineScope {
    var heard = false
    val guard = launch(Dispatchers.IO, CoroutineStart.UNDISPATCHED) {
        try {
            awaitCancellation()
        } finally {
            if (!heard) disconnect()
        }
    }
    try {
        blocking(Dispatchers.IO) { talk() }.also { heard = true }
    } finally {
        guard.cancel()
    }
}

private fun HttpURLConnection.handOver(what: Carried, post: ByteArray?) {
    if (post != null) {
        requestMethod = "POST"
        doOutput = true
        // Also keeps the platform from sending it a second time by itself.
        setFixedLengthStreamingMode(post.size)
    }
    tried { connect() } ?: return what.broke(false)
    val status = tried {
        post?.let { bytes -> outputStream.use { it.write(bytes) } }
        responseCode.takeIf { it > 0 }
    } ?: return what.broke(true)
    // Not every platform notices that a connection was closed before the announced end.
    var left = contentLengthLong
    var wanted = what.head(status, answered())
    val buffer = ByteArray(PIECE_BYTES)
    while (wanted) {
        val count = tried { inputStream.read(buffer) } ?: return what.broke(true)
        if (count < 0) return if (left > 0) what.broke(true) else what.end()
        left -= count
        wanted = what.body(buffer.copyOf(count))
    }
    disconnect()
}

private fun <T> tried(talk: () -> T): T? = try {
    talk()
} catch (_: IOException) {
    null
}

/** The headers of an answer; one that came several times is a list, as HTTP has it. */
private fun HttpURLConnection.answered(): Map<String, String> = headerFields
    .filterKeys { name: String? -> name != null }
    .mapValues { (_, values) -> values.joinToString(", ") }

private fun milliseconds(seconds: Int): Int =
    TimeUnit.SECONDS.toMillis(seconds.toLong()).coerceIn(1, Int.MAX_VALUE.toLong()).toInt()

private const val PIECE_BYTES = 16 shl 10
