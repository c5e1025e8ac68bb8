package vn.vaora

import java.security.SecureRandom
import vn.vaora.core.KeyState
import vn.vaora.core.Secret

/**
 * The two secrets of a diary. A phone keeps them in its key store; where there is none, they are yours to keep.
 */
public class Keys(
    /** Opens days and times: it must be there whenever the phone is on. */
    public val matching: Secret,
    /** Opens names and notes: the key store may ask for the person first. */
    public val diary: Secret
) {
    public companion object {
        /** Two new ones, which live as long as this object: what was sealed under them is lost with it. */
        public fun make(): Keys = Keys(newSecret(), newSecret())
    }
}

/** The key store gave this secret and no other. */
public fun Secret.ready(): KeyState = KeyState.Ready(listOf(this))

private fun newSecret(): Secret {
    val bytes = ByteArray(SECRET_BYTES).also(SecureRandom()::nextBytes)
    return try {
        Secret(bytes, ByteArray(0))
    } finally {
        bytes.fill(0)
    }
}

private const val SECRET_BYTES = 32
