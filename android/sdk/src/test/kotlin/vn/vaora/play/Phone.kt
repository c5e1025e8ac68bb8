// The phone of a story in Kotlin: reads questions and writes answers, one JSON object a line.
//
// docs/stories.md lists the questions. This program only asks the façade and says what it answered.

package vn.vaora.play

import java.io.File
import java.time.Instant
import java.time.LocalDate
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.int
import kotlinx.serialization.json.intOrNull
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import vn.vaora.Diary
import vn.vaora.PhoneClock
import vn.vaora.core.Code
import vn.vaora.core.KeyState
import vn.vaora.core.Now
import vn.vaora.core.OpenVisit
import vn.vaora.core.Out
import vn.vaora.core.Scan
import vn.vaora.core.Secret
import vn.vaora.core.SyncOptions
import vn.vaora.core.VaoraException
import vn.vaora.core.Visit
import vn.vaora.of
import vn.vaora.text

/** Answers until there are no more questions. */
fun main() = runBlocking {
    val phone = Phone()
    for (line in generateSequence(::readLine)) {
        println(phone.answer(Json.parseToJsonElement(line).jsonObject))
    }
}

/** Somebody who has a diary and answers. */
private class Phone {
    private var diary: Diary? = null
    private lateinit var now: Now
    private val clock = PhoneClock { now }

    suspend fun answer(q: JsonObject): JsonObject = try {
        now = time(q.getValue("now").jsonObject)
        ask(q)
    } catch (error: VaoraException) {
        said("error" to error.javaClass.simpleName, "text" to error.text, "why" to why(error))
    } catch (@Suppress("TooGenericExceptionCaught") fell: Throwable) {
        // Whatever it was, the story has failed and says why.
        said("broken" to fell.stackTraceToString())
    }

    private suspend fun ask(q: JsonObject): JsonObject {
        when (val verb = q.text("do")) {
            "create" -> {
                close()
                diary = Diary.create(File(q.text("folder")), secret(q["matching"]!!), secret(q["diary"]!!), clock)
            }

            "open" -> diary = Diary.open(File(q.text("folder")), key(q["matching"]!!), key(q["diary"]!!), clock)

            "close" -> close()

            "erase" -> {
                close()
                Diary.erase(File(q.text("folder")))
            }

            else -> return with(checkNotNull(diary) { "the diary is not open" }) {
                keys(verb, q) ?: door(verb, q) ?: book(verb, q) ?: lists(verb, q) ?: advised(verb, q)
                    ?: sharing(verb, q)
                    ?: said("broken" to "no verb $verb")
            }
        }
        return said()
    }

    private suspend fun close() {
        diary?.close()
        diary = null
    }
}

private suspend fun Diary.keys(verb: String, q: JsonObject): JsonObject? = when (verb) {
    "lock" -> done(lock())
    "unlock" -> done(unlock(key(q["diary"]!!)))
    "drain" -> drain().let { said("taken" to it.taken, "refused" to it.refused, "left" to it.left) }
    "rotate" -> done(rotate(secret(q["matching"]!!), secret(q["diary"]!!)))
    else -> null
}

private suspend fun Diary.door(verb: String, q: JsonObject): JsonObject? = when (verb) {
    "scan" -> inspect(Code.of(q.text("code"))).info().let { info ->
        said(
            "kind" to info.kind,
            "trust" to info.trust,
            "name" to (info.venue?.name ?: info.foreign?.name),
            "may-check-in" to info.mayCheckIn,
            "text" to info.text
        )
    }

    "check-in" -> said(checkIn(place(q), q.companions()))
    "rescan" -> rescan(place(q)).let { said("open" to said(it.open), "parent" to said(it.parent)) }
    "check-out" -> done(checkOut(q.long("visit")))
    "stay" -> done(stay(q.long("visit")))
    "badge" -> said("shapes" to badge(q.long("visit")))
    else -> null
}

private suspend fun Diary.place(q: JsonObject): Scan {
    val scan = inspect(Code.of(q.text("code")))
    return if ("name" in q) scan.named(q.text("name"), 0) else scan
}

private suspend fun Diary.book(verb: String, q: JsonObject): JsonObject? = when (verb) {
    "past" -> said(addPast(place(q), q.time("from"), q.time("until"), q.companions()))
    "manual" -> said(addManual(q.text("name"), q.time("from"), q.time("until"), companions = q.companions()))
    "show" -> visits().let {
        said("visits" to it.visits.map(::said), "damaged" to it.damaged, "unfinished" to it.unfinished)
    }

    "edit" -> done(edit(q.long("visit"), q.time("from"), q.time("until")))
    "confirm" -> done(confirm(q.long("visit")))
    "companions" -> done(setCompanions(q.long("visit"), q.companions()))
    "note" -> done(note(q.long("visit"), q.text("text")))
    "hide" -> done(hide(q.long("visit")))
    "forget" -> done(forget(q.long("visit")))
    "forget-before" -> done(forgetBefore(LocalDate.parse(q.text("day"))))
    "drop-day" -> done(dropDay(LocalDate.parse(q.text("day"))))
    "add-companion" -> said("id" to addCompanion(q.text("name")))
    "remove-companion" -> done(removeCompanion(q.long("companion")))
    "retention" -> done(setRetention(q["days"]!!.jsonPrimitive.intOrNull))
    "export" -> export(q.text("passphrase")).let {
        said("file" to hex(it.bytes()), "visits" to it.visits(), "missing" to it.missing())
    }

    "import" -> said("added" to importFrom(bytes(q.text("file")), q.text("passphrase")))
    "due" -> due().let { due ->
        said(
            "leave" to due.leave,
            "closed" to due.closed,
            "expired" to due.expired,
            "rotate" to due.rotate,
            "next" to due.next,
            "notices" to due.notices.map { said("kind" to it.kind, "advice" to it.advice, "day" to it.day) }
        )
    }

    "witness" -> done(witness(q.time("signed")))
    "clock" -> said("wrong" to clockSeemsWrong())
    else -> null
}

private suspend fun Diary.lists(verb: String, q: JsonObject): JsonObject? = when (verb) {
    "follow" -> said("deployment" to follow(bytes(q.text("root"))))
    "unfollow" -> done(unfollow(q.text("deployment")))
    "sync" -> sync(q.text("deployment"), q.text("base"), AT_ONCE).let {
        said("new" to it.isNew, "sequence" to it.sequence)
    }

    "freshness" -> said(
        "lists" to freshness().map {
            said(
                "deployment" to it.deployment,
                "created" to it.created,
                "stale" to it.isStale,
                "clock-wrong" to it.clockSeemsWrong
            )
        }
    )

    "area" -> said(
        "states" to policy(q.text("area")).map {
            said("deployment" to it.deployment, "state" to it.state, "document" to it.document)
        }
    )

    "alerts" -> said(
        "alerts" to alerts().map {
            said(
                "id" to it.id,
                "deployment" to it.deployment,
                "state" to it.state,
                "corrected" to it.corrected,
                "day" to it.day,
                "advice" to it.advice,
                "place" to it.place?.name,
                "visits" to it.visits
            )
        }
    )

    "explain" -> said(
        "reasons" to explain(q.long("alert")).map {
            said(
                "visit" to it.visit,
                "from" to it.from,
                "until" to it.until,
                "advice" to it.advice,
                "minutes" to it.minutes,
                "minimum" to it.minimum,
                "margin" to it.margin
            )
        }
    )

    else -> null
}

private suspend fun Diary.sharing(verb: String, q: JsonObject): JsonObject? = when (verb) {
    "share" -> {
        val preview = sharePreview(q.text("deployment"), q.ids("visits"), q.ids("named"))
        val shown = preview.visits().map {
            said(
                "place" to it.name,
                "from" to it.from,
                "until" to it.until,
                "companions" to it.companions,
                "names" to it.names
            )
        }
        said("count" to share(preview.agree(), q.text("code"), q.text("base"), AT_ONCE).visits, "shown" to shown)
    }
    "share-again" -> said("count" to shareAgain(q.text("base"), AT_ONCE).visits, "shown" to emptyList<Any>())
    "cover" -> done(shareCover(q.text("deployment"), q.text("base"), AT_ONCE))
    "pending" -> said("count" to sharePending()?.visits)
    "abandon" -> done(shareAbandon())
    "receipts" -> said("receipts" to receipts().map { said("count" to it.visits) })
    else -> null
}

private suspend fun Diary.advised(verb: String, q: JsonObject): JsonObject? = when (verb) {
    "seen" -> done(seen(q.long("alert")))
    "acknowledge" -> done(acknowledge(q.long("alert")))
    "advice" -> advice(q.text("deployment"), q.int("advice"), q.text("language")).let {
        said("language" to it?.language, "title" to it?.title)
    }

    else -> null
}

// What it says

private fun said(vararg fields: Pair<String, Any?>): JsonObject =
    JsonObject(fields.toMap().mapValues { json(it.value) })

private fun done(@Suppress("UNUSED_PARAMETER") verb: Unit): JsonObject = said()

private fun said(visit: Visit): JsonObject = said(
    "id" to visit.id,
    "place" to visit.place?.name,
    "trust" to visit.place?.trust,
    "from" to visit.from,
    "out" to visit.out.javaClass.simpleName.lowercase(),
    "until" to when (val out = visit.out) {
        is Out.Open -> out.due
        is Out.Scanned -> out.at
        is Out.Said -> out.at
        is Out.Assumed -> out.at
    },
    "origin" to visit.origin,
    "clock" to visit.clock,
    "companions" to visit.companions,
    "note" to visit.note
)

private fun said(met: OpenVisit?): JsonObject? = met?.let { said("id" to it.id, "since" to it.since) }

private fun json(value: Any?): JsonElement = when (value) {
    null -> JsonNull
    is JsonElement -> value
    is Boolean -> JsonPrimitive(value)
    is Number -> JsonPrimitive(value)
    is Enum<*> -> JsonPrimitive(value.name.lowercase().replace('_', '-'))
    is Instant -> JsonPrimitive(value.epochSecond)
    is LocalDate, is String -> JsonPrimitive(value.toString())
    is List<*> -> JsonArray(value.map(::json))
    else -> error("no words for this")
}

private fun why(error: VaoraException): String? = when (error) {
    is VaoraException.Untrusted -> error.why
    is VaoraException.Offline -> error.why
    is VaoraException.BadCall -> error.why
    else -> null
}

// What it is asked

/** Stories do not wait between tries. */
private val AT_ONCE = SyncOptions(firstWaitSeconds = 0)

private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

private fun JsonObject.int(name: String): Int = getValue(name).jsonPrimitive.int

private fun JsonObject.long(name: String): Long = getValue(name).jsonPrimitive.long

private fun JsonObject.time(name: String): Instant = Instant.ofEpochSecond(long(name))

private fun JsonObject.companions(): List<Long> = ids("companions")

private fun JsonObject.ids(name: String): List<Long> = this[name]?.jsonArray.orEmpty().map { it.jsonPrimitive.long }

private fun time(now: JsonObject): Now = Now(
    wall = now.time("wall"),
    offsetMinutes = now.int("offset").toShort(),
    runningSeconds = now.long("running"),
    boot = now.long("boot")
)

private fun secret(text: JsonElement): Secret = Secret(bytes(text.jsonPrimitive.content), ByteArray(0))

private fun key(state: JsonElement): KeyState = when {
    state is JsonArray -> KeyState.Ready(state.map(::secret))
    state.jsonPrimitive.content == "locked" -> KeyState.Locked
    else -> KeyState.Gone
}

private fun bytes(hex: String): ByteArray = hex.chunked(2).map { it.toInt(16).toByte() }.toByteArray()

private fun hex(bytes: ByteArray): String = bytes.joinToString("") { "%02x".format(it) }
