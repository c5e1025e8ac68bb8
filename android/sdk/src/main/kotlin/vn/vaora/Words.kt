package vn.vaora

import vn.vaora.core.Code
import vn.vaora.core.VaoraException
import vn.vaora.core.errorText

/**
 * What went wrong, in one line for a help desk: no path, no name, nothing personal. Show the person words of your own,
 * by the exception's class. (`message` of the generated class is empty.)
 */
public val VaoraException.text: String
    get() = errorText(this)

/**
 * A text that was typed, pasted, or read by a platform's reader that gives no bytes. What is no valid text, such as
 * half of an emoji, becomes a question mark instead of an exception.
 */
public fun Code.Companion.of(text: String): Code = fromText(String(text.toByteArray()))
