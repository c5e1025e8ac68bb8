// UniFFI's border, by hand: what generated Kotlin and Swift do, in C. Numbers in buffers are big-endian;
// a text or a list of bytes begins with its length, an optional value with 0 or 1, a variant with
// its number from 1.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint64_t capacity, length; uint8_t *data; } Buffer;
typedef struct { int32_t length; const uint8_t *data; } Bytes;
typedef struct { int8_t code; Buffer error; } Status;
typedef uint64_t Handle;

enum { FINE, SAID_NO, PANICKED };

static void *library;

static void *function(const char *name) {
    void *found = dlsym(library, name);
    if (!found) {
        printf("smoke: the library has no %s\n", name);
        exit(1);
    }
    return found;
}

// The function of that name, as one that gives RESULT for the arguments of TYPES.
#define CALL(RESULT, NAME, ...) ((RESULT(*)(__VA_ARGS__, Status *))function(NAME))
#define FN(NAME) "uniffi_vaora_ffi_fn_" NAME

static Buffer copied(const void *data, uint64_t length) {
    Status status = {0};
    Bytes bytes = {(int32_t)length, data};
    return CALL(Buffer, "ffi_vaora_ffi_rustbuffer_from_bytes", Bytes)(bytes, &status);
}

static void let_go(Buffer buffer) {
    Status status = {0};
    CALL(void, "ffi_vaora_ffi_rustbuffer_free", Buffer)(buffer, &status);
}

// Writing.
typedef struct { uint8_t data[1 << 16]; uint64_t length; } Writer;

static void put(Writer *to, const void *data, uint64_t length) {
    if (to->length + length > sizeof to->data) { puts("smoke: a buffer is too small"); exit(1); }
    memcpy(to->data + to->length, data, length);
    to->length += length;
}
static void put_number(Writer *to, uint64_t number, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) {
        uint8_t byte = (uint8_t)(number >> (8 * i));
        put(to, &byte, 1);
    }
}
static void put_sized(Writer *to, const void *data, uint64_t length) {
    put_number(to, length, 4);
    put(to, data, length);
}
static void put_moment(Writer *to, int64_t seconds, uint32_t nanoseconds) {
    put_number(to, (uint64_t)seconds, 8);
    put_number(to, nanoseconds, 4);
}
static Buffer written(Writer *from) { return copied(from->data, from->length); }

// Reading.
typedef struct { Buffer of; uint64_t at; } Reader;

static const uint8_t *take(Reader *from, uint64_t length) {
    if (from->of.length - from->at < length) { puts("smoke: an answer is too short"); exit(1); }
    from->at += length;
    return from->of.data + from->at - length;
}
static uint64_t number(Reader *from, int bytes) {
    const uint8_t *at = take(from, bytes);
    uint64_t number = 0;
    while (bytes--) number = number << 8 | *at++;
    return number;
}
static char *text(Reader *from) {
    uint64_t length = number(from, 4);
    char *text = calloc(1, length + 1);
    memcpy(text, take(from, length), length);
    return text;
}

// Records and plain arguments.
static Buffer plain(const char *text) { return copied(text, strlen(text)); }

static Buffer sized(const void *data, uint64_t length) {
    static _Thread_local Writer to;
    to.length = 0;
    put_sized(&to, data, length);
    return written(&to);
}
static Buffer none(void) {
    static _Thread_local Writer to;
    to.length = 0;
    put_number(&to, 0, 4);
    return written(&to);
}
static Buffer moment(int64_t seconds) {
    static _Thread_local Writer to;
    to.length = 0;
    put_moment(&to, seconds, 0);
    return written(&to);
}
// A `Now` in Viet Nam.
static Buffer now(int64_t seconds, uint32_t nanoseconds) {
    static _Thread_local Writer to;
    to.length = 0;
    put_moment(&to, seconds, nanoseconds);
    put_number(&to, 420, 2);
    put_number(&to, (uint64_t)(seconds % 10000000), 8);
    put_number(&to, 1, 8);
    return written(&to);
}

// Ends the run if a call did not end as it should; says the error's text or number.
static void expect(const char *what, const Status *status, int8_t code) {
    if (status->code == code) return;
    printf("smoke: %s: status %d instead of %d", what, status->code, code);
    if (status->code == SAID_NO && status->error.length >= 4) {
        Reader error = {status->error, 0};
        printf(", error %llu", (unsigned long long)number(&error, 4));
    }
    if (status->code == PANICKED) printf(": %.*s", (int)status->error.length, status->error.data);
    puts("");
    exit(1);
}
static void must(int right, const char *what) {
    if (right) return;
    printf("smoke: it is not so: %s\n", what);
    exit(1);
}
