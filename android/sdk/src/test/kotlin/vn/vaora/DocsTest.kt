package vn.vaora

import java.io.File
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import vn.vaora.readme.warnings

/** What is written for those who use it. */
class DocsTest {
    private val sources = File("src/main/kotlin").walk().filter { it.extension == "kt" }.toList()

    @Test
    fun `every public item says what it is`() {
        assertTrue(sources.isNotEmpty())
        val silent = sources.flatMap { file ->
            val lines = file.readLines().map(String::trim)
            lines.indices
                .filter { lines[it].startsWith("public ") && !lines[it].startsWith("public companion object") }
                .filterNot { lines[it - 1].endsWith("*/") }
                .map { "${file.name}: ${lines[it]}" }
        }
        assertEquals(emptyList<String>(), silent)
    }

    @Test
    fun `nothing here needs Android`() {
        val imports = sources.flatMap(File::readLines).filter { it.startsWith("import android") }
        assertEquals(emptyList<String>(), imports)
    }

    @Test
    fun `the README's example runs`() = world { world, diary ->
        diary.close()
        world.folder.deleteRecursively()
        Server { "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi" }.use { server ->
            val titles = warnings(world.folder, Vectors.root, Vectors.code, server.address, world.clock)
            assertEquals(emptyList<String>(), titles)
            assertTrue(server.asked.isNotEmpty())
        }
    }
}
