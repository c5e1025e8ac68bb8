package vn.vaora

import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test
import vn.vaora.core.VaoraException

/** Sharing is an act of the person: seen, agreed to once, sent once. */
class ShareTest {
    @Test
    fun `nothing is sent without a yes to what was seen`() = world { _, diary ->
        val town = diary.follow(Vectors.root)
        val visit = diary.visited()
        Server { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" }.use { server ->
            val preview = diary.sharePreview(town, listOf(visit.id))
            assertEquals(listOf("Chợ Xanh" to visit.from), preview.visits().map { it.name to it.from })
            val consent = preview.agree()
            thrown<VaoraException.BadCall> { preview.agree() }
            thrown<VaoraException.CodeWrong> { diary.share(consent, "no code", server.address) }
            // Without a list the phone knows no key of the authority to seal it for.
            thrown<VaoraException.Offline> { diary.shareCover(town, server.address) }
            thrown<VaoraException.NoVisit> { diary.shareAgain(server.address) }
            assertEquals(0, server.asked.size)
        }
        assertNull(diary.sharePending())
        assertEquals(0, diary.receipts().size)
        thrown<VaoraException.NoVisit> { diary.sharePreview(town, emptyList()) }
    }
}
