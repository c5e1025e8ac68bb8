package vn.vaora

import java.io.DataInputStream
import java.io.InputStream
import java.net.CookieHandler
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test
import vn.vaora.core.SyncOptions
import vn.vaora.core.TransferStep
import vn.vaora.core.VaoraException

/** What goes over the line, seen from its other end. The stories play whole syncs. */
class HttpTest {
    @Test
    fun `a sync sends what every phone sends and nothing else`() = world { _, diary ->
        Server { notFound() }.use { server ->
            thrown<VaoraException> { diary.sync(diary.follow(Vectors.root), server.address) }
            val (line, headers) = server.asked.first()
            assertTrue(line, line.startsWith("GET /") && line.endsWith(" HTTP/1.1"))
            // The last two are a JVM's own way of keeping no cache.
            val known = setOf(
                "host",
                "connection",
                "user-agent",
                "accept",
                "accept-encoding",
                "cache-control",
                "pragma"
            )
            assertEquals(known, headers.keys)
            assertEquals("vaora/1", headers["user-agent"])
            assertEquals("*/*", headers["accept"])
            assertEquals("identity", headers["accept-encoding"])
        }
        assertNull("nothing keeps cookies", CookieHandler.getDefault())
    }

    @Test
    fun `a redirect to another server is not followed`() = world { _, diary ->
        Server { notFound() }.use { other ->
            Server { "HTTP/1.1 302 Found\r\nLocation: ${other.address}\r\nContent-Length: 0\r\n\r\n" }.use { server ->
                thrown<VaoraException.Offline> { diary.sync(diary.follow(Vectors.root), server.address) }
            }
            assertEquals(0, other.asked.size)
        }
    }

    @Test
    fun `an answer that is cut off is tried again, so often and with waits`() = world { _, diary ->
        val waits = mutableListOf<Long>()
        Server { "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nvaora" }.use { server ->
            val town = diary.follow(Vectors.root)
            val error = thrown<VaoraException.Offline> {
                diary.sync(town, server.address, SyncOptions(tries = 3)) { waits += it }
            }
            assertEquals("offline", error.why)
            assertEquals(3, server.asked.size)
        }
        assertEquals(2, waits.size)
    }

    @Test
    fun `a portal is told apart`() = world { _, diary ->
        Server { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi" }.use { server ->
            val error = thrown<VaoraException.Offline> { diary.sync(diary.follow(Vectors.root), server.address) }
            assertEquals("portal", error.why)
        }
    }

    @Test
    fun `cancelling hangs up`() = world { _, diary ->
        Server { null }.use { server ->
            val town = diary.follow(Vectors.root)
            val sync = launch { diary.sync(town, server.address) }
            runInterruptible(Dispatchers.IO) { server.busy.await() }
            // Long before the line itself would give up, after a minute.
            withTimeout(30_000) {
                sync.cancelAndJoin()
                runInterruptible(Dispatchers.IO) { server.hungUp.await() }
            }
        }
        // The diary is free again, and a sync can begin anew.
        assertEquals(0, diary.alerts().size)
    }

    @Test
    fun `an upload is one request, and what became of it is told`() = runBlocking {
        val body = ByteArray(32 shl 10) { it.toByte() }
        for ((answer, told) in listOf(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken" to "200 taken end",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntaken" to "200 taken broke true",
            "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 5\r\n\r\ntaken" to "302",
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\ntaken" to "500",
            "no HTTP" to "broke true",
            "" to "broke true"
        )) {
            Server { answer }.use { server ->
                assertEquals(told, Once(server.address).also { carry(it, body) {} }.told)
                val asked = server.asked.single()
                assertEquals("POST / HTTP/1.1", asked.line)
                assertEquals("yes", asked.headers["x-said"])
                assertArrayEquals(body, asked.body)
            }
        }
        val nobody = Once("http://127.0.0.1:${freePort()}/")
        carry(nobody, body) {}
        assertEquals("broke false", nobody.told)
    }

    /** Asks one thing, takes what comes with 200, and notes what it was told. */
    private class Once(private val address: String) : Carried {
        private var asked = false
        private val notes = mutableListOf<Any>()
        val told get() = notes.joinToString(" ")

        override fun next() = if (asked) {
            TransferStep.Done
        } else {
            asked = true
            TransferStep.Ask(address, mapOf("x-said" to "yes"), connectSeconds = 60, stallSeconds = 60)
        }

        override fun head(status: Int, headers: Map<String, String>) = (status == 200).also { notes += status }

        override fun body(bytes: ByteArray) = true.also { notes += String(bytes) }

        override fun end() {
            notes += "end"
        }

        override fun broke(reached: Boolean) {
            notes += "broke $reached"
        }
    }

    private fun notFound() = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    private fun freePort() = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
}

/** A server that answers every request the same way and hangs up; with null it never answers. */
class Server(private val answer: () -> String?) : AutoCloseable {
    private val socket = ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))

    /** Somebody waits for an answer. */
    val busy = CountDownLatch(1)

    /** They wait no longer. */
    val hungUp = CountDownLatch(1)

    val asked = CopyOnWriteArrayList<Asked>()

    val address = "http://127.0.0.1:${socket.localPort}/"

    init {
        thread(isDaemon = true) {
            while (!socket.isClosed) runCatching { socket.accept().use(::serve) }
        }
    }

    override fun close() = socket.close()

    private fun serve(client: Socket) {
        val input = client.getInputStream().buffered()
        val lines = generateSequence { line(input) }.takeWhile(String::isNotEmpty).toList()
        val headers = lines.drop(1).associate { it.substringBefore(":").lowercase() to it.substringAfter(": ") }
        val body = ByteArray(headers["content-length"]?.toInt() ?: 0).also(DataInputStream(input)::readFully)
        if (lines.isEmpty()) return
        asked += Asked(lines.first(), headers, body)
        val answer = answer()
        if (answer != null) return client.getOutputStream().write(answer.toByteArray())
        busy.countDown()
        runCatching { input.read() }
        hungUp.countDown()
    }

    private fun line(input: InputStream): String {
        val line = generateSequence { input.read().takeIf { it >= 0 && it != '\n'.code } }
        return line.map(Int::toChar).joinToString("").trim()
    }
}

/** One request as it came. */
class Asked(val line: String, val headers: Map<String, String>, val body: ByteArray) {
    operator fun component1() = line

    operator fun component2() = headers
}
