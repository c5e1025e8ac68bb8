package vn.vaora

import java.io.IOException
import java.io.InputStream
import java.net.HttpURLConnection
import java.net.Proxy
import java.net.URL
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import vn.vaora.core.Transfer
import vn.vaora.core.TransferStep

// The platform's own HTTP. It knows nothing of what it carries: the core says what to ask for and judges the answers.

/** Carries a transfer until it only has to be finished. */
internal suspend fun carry(transfer: Transfer, clock: PhoneClock, wait: suspend (Long) -> Unit) {
    while (true) {
        when (val step = blocking(Dispatchers.IO) { transfer.nextStep() }) {
            is TransferStep.Ask -> {
                val connection = connect(step.url, step.headers, step.connectSeconds, step.stallSeconds)
                connection.whileWanted { handOver(transfer, clock) }
            }

            is TransferStep.Wait -> wait(step.milliseconds)

            is TransferStep.Done -> return
        }
    }
}

/** Sends one upload, and gives back the body of the answer; nothing where no answer of the right form came. */
internal suspend fun post(base: String, body: ByteArray): ByteArray {
    val headers = mapOf(
        "content-type" to "application/octet-stream",
        "user-agent" to "vaora/1",
        "accept" to "*/*",
        "accept-encoding" to "identity"
    )
    val connection = connect(base.removeSuffix("/") + "/share", headers, POST_CONNECT_SECONDS, POST_STALL_SECONDS)
    return connection.whileWanted { exchange(body) }
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

private fun HttpURLConnection.handOver(transfer: Transfer, clock: PhoneClock) {
    fun running() = clock.now().runningSeconds
    val status = tried { responseCode.takeIf { it > 0 } } ?: return transfer.broke()
    // Not every platform notices that a connection was closed before the announced end.
    var left = contentLengthLong
    var wanted = transfer.head(status, answered(), running())
    val buffer = ByteArray(PIECE_BYTES)
    while (wanted) {
        val count = tried { inputStream.read(buffer) } ?: return transfer.broke()
        if (count < 0) return if (left > 0) transfer.broke() else transfer.end()
        left -= count
        wanted = transfer.body(buffer.copyOf(count), running())
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

private fun HttpURLConnection.exchange(body: ByteArray): ByteArray = tried {
    requestMethod = "POST"
    doOutput = true
    // Also keeps the platform from sending it a second time by itself.
    setFixedLengthStreamingMode(body.size)
    outputStream.use { it.write(body) }
    inputStream.takeIf { responseCode == HttpURLConnection.HTTP_OK }?.use(::atMost)
} ?: ByteArray(0)

/** All of it, or nothing if that is longer than any answer of an authority. */
private fun atMost(stream: InputStream): ByteArray {
    val reply = ByteArray(REPLY_BYTES + 1)
    var size = 0
    while (size < reply.size) {
        val count = stream.read(reply, size, reply.size - size)
        if (count < 0) return reply.copyOf(size)
        size += count
    }
    return ByteArray(0)
}

private fun milliseconds(seconds: Int): Int =
    TimeUnit.SECONDS.toMillis(seconds.toLong()).coerceIn(1, Int.MAX_VALUE.toLong()).toInt()

private const val PIECE_BYTES = 16 shl 10
private const val REPLY_BYTES = 1 shl 10
private const val POST_CONNECT_SECONDS = 20
private const val POST_STALL_SECONDS = 30
