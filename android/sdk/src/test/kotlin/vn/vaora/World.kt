package vn.vaora

import java.io.File
import java.nio.file.Files
import java.time.Instant
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import org.junit.Assert.fail
import vn.vaora.core.Now
import vn.vaora.core.Visit

/** A folder, the keys and the clock of a phone whose diary is open in [block]. */
class World {
    val folder: File = Files.createTempDirectory("vaora-sdk").toFile()
    val keys = Keys.make()

    /** What happens whenever the diary asks for the time. */
    @Volatile
    var whenAsked: () -> Unit = {}

    val clock = PhoneClock {
        whenAsked()
        Now(wall = Vectors.at, offsetMinutes = 420, runningSeconds = 1_000, boot = 1)
    }

    suspend fun create(): Diary = Diary.create(folder, keys.matching, keys.diary, clock)

    suspend fun open(): Diary = Diary.open(folder, keys.matching.ready(), keys.diary.ready(), clock)
}

/** Runs a test over a new diary. A test that hangs has failed, also on a machine that has much to do. */
fun world(block: suspend CoroutineScope.(World, Diary) -> Unit): Unit = runBlocking {
    val world = World()
    try {
        withTimeout(LONG) { world.create().use { block(world, it) } }
    } finally {
        world.folder.deleteRecursively()
    }
}

/** A visit by hand that ended so many hours ago. */
suspend fun Diary.visited(name: String = "Chợ Xanh", hoursAgo: Long = 1): Visit {
    val end = Vectors.at.minusSeconds(hoursAgo * HOUR)
    return addManual(name, end.minusSeconds(HOUR), end)
}

/** What of this kind is thrown. */
inline fun <reified E : Throwable> thrown(block: () -> Unit): E {
    try {
        block()
    } catch (error: Throwable) {
        if (error is E) return error
        throw AssertionError("expected ${E::class.java.simpleName}", error)
    }
    fail("expected ${E::class.java.simpleName}, and nothing was thrown")
    error("not reached")
}

/** A real root and a real code, out of the vectors that every implementation is checked against. */
object Vectors {
    private val folder = File(System.getProperty("vaora.vectors"))

    private fun named(file: String, name: String): JsonObject =
        Json.parseToJsonElement(folder.resolve(file).readText()).jsonArray.map(JsonElement::jsonObject)
            .first { it.text("name") == name }

    private fun JsonObject.text(name: String) = getValue(name).jsonPrimitive.content

    private val place = named("codes.json", "a place")

    val root: ByteArray =
        named("documents.json", "the first root").getValue("document").jsonObject.text("text").toByteArray()
    val code: String = place.text("text")

    /** When the code is valid. */
    val at: Instant = Instant.ofEpochSecond(place.getValue("at").jsonPrimitive.long)
}

const val HOUR = 3_600L
const val LONG = 300_000L
