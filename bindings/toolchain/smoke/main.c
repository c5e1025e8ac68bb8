// Loads a library as an app would and does a phone's work with it, through UniFFI's C functions.
//   smoke LIBRARY FILES FOLDER     FILES as `vaora-try phone-files` writes them, FOLDER a new one
//   smoke LIBRARY checksums < NAMES
#define _GNU_SOURCE
#include "border.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *files;
static int64_t noon;
static unsigned width, height;

static void load(const char *path) {
    // What stands in for bionic must be found before the glibc of this program.
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (!library) { printf("smoke: %s\n", dlerror()); exit(1); }
}

// A file's bytes, none if there is no such file.
static uint8_t *read_file(const char *folder, const char *name, uint64_t *length) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    fseek(file, 0, SEEK_END);
    *length = (uint64_t)ftell(file);
    rewind(file);
    uint8_t *data = calloc(1, *length + 1);
    must(fread(data, 1, *length, file) == *length, "a file can be read");
    fclose(file);
    return data;
}

static Handle secret(uint8_t fill) {
    Status status = {0};
    uint8_t bytes[32];
    memset(bytes, fill, sizeof bytes);
    Handle made = CALL(Handle, FN("constructor_secret_new"), Buffer, Buffer)(
        sized(bytes, sizeof bytes), sized("note", 4), &status);
    expect("a secret", &status, FINE);
    return made;
}

// `KeyState.Ready` with one secret.
static Buffer ready(uint8_t fill) {
    static _Thread_local Writer to;
    to.length = 0;
    put_number(&to, 1, 4);
    put_number(&to, 1, 4);
    put_number(&to, secret(fill), 8);
    return written(&to);
}

static Handle again(const char *type, Handle handle) {
    Status status = {0};
    char name[80];
    snprintf(name, sizeof name, FN("clone_%s"), type);
    return CALL(Handle, name, Handle)(handle, &status);
}
static Handle diary;
static Handle the_diary(void) { return again("diary", diary); }

static void create(const char *folder) {
    Status status = {0};
    diary = CALL(Handle, FN("constructor_diary_create"), Buffer, Handle, Handle, Buffer)(
        plain(folder), secret(1), secret(2), now(noon, 0), &status);
    expect("create", &status, FINE);
}

static void open_again(const char *folder) {
    Status status = {0};
    diary = CALL(Handle, FN("constructor_diary_open"), Buffer, Buffer, Buffer)(
        plain(folder), ready(1), ready(2), &status);
    expect("open", &status, FINE);
}

static void follow(char deployment[33]) {
    Status status = {0};
    uint64_t length;
    uint8_t *root = read_file(files, "root", &length);
    must(root != 0, "there is a root");
    Buffer said = CALL(Buffer, FN("method_diary_follow"), Handle, Buffer)(
        the_diary(), sized(root, length), &status);
    expect("follow", &status, FINE);
    must(said.length == 32, "an authority has a name");
    memcpy(deployment, said.data, 32);
    let_go(said);
}

// Looks at the poster until the scanner has read it, as a camera does.
static Handle scan_poster(void) {
    Status status = {0};
    uint64_t length, expected;
    uint8_t *luma = read_file(files, "frame", &length);
    uint8_t *code = read_file(files, "code", &expected);
    must(luma && code && length == (uint64_t)width * height, "there is a frame");
    Handle scanner = ((Handle(*)(Status *))function(FN("constructor_scanner_new")))(&status);
    expect("a scanner", &status, FINE);
    for (int shown = 0; shown < 30; shown++) {
        Bytes frame = {(int32_t)length, luma};
        Buffer found = CALL(Buffer, FN("method_scanner_frame"), Handle, Bytes, int32_t, int32_t, int32_t)(
            again("scanner", scanner), frame, width, height, width, &status);
        expect("a frame", &status, FINE);
        Reader answer = {found, 0};
        if (!number(&answer, 1)) continue;
        Handle seen = number(&answer, 8);
        Buffer said = CALL(Buffer, FN("method_code_text"), Handle)(again("code", seen), &status);
        expect("the text of a code", &status, FINE);
        Reader words = {said, 0};
        must(number(&words, 1) && number(&words, 4) == expected &&
                 !memcmp(take(&words, expected), code, expected),
             "the scanner reads the poster's text");
        return seen;
    }
    must(0, "the scanner reads the poster");
    return 0;
}

static Handle inspected(Handle code) {
    Status status = {0};
    Handle scan = CALL(Handle, FN("method_diary_inspect"), Handle, Handle, Buffer)(
        the_diary(), code, now(noon, 0), &status);
    expect("inspect", &status, FINE);
    return scan;
}

// The id of the visit.
static int64_t check_in(Handle scan) {
    Status status = {0};
    Buffer visit = CALL(Buffer, FN("method_diary_check_in"), Handle, Handle, Buffer, Buffer)(
        the_diary(), scan, none(), now(noon, 0), &status);
    expect("check in", &status, FINE);
    Reader answer = {visit, 0};
    int64_t id = (int64_t)number(&answer, 8);
    must(number(&answer, 1) == 1, "the visit has a place");
    return id;
}

static void check_out(int64_t visit) {
    Status status = {0};
    CALL(void, FN("method_diary_check_out"), Handle, int64_t, Buffer)(
        the_diary(), visit, now(noon + 40 * 60, 0), &status);
    expect("check out", &status, FINE);
}

// The only visit, and that nothing is damaged.
static int64_t only_visit(void) {
    Status status = {0};
    Buffer all = CALL(Buffer, FN("method_diary_visits"), Handle, Buffer, Buffer, Buffer)(
        the_diary(), moment(noon - 3600), moment(noon + 7200), now(noon + 60, 0), &status);
    expect("visits", &status, FINE);
    Reader answer = {all, 0};
    must(number(&answer, 4) == 1, "there is one visit");
    int64_t id = (int64_t)number(&answer, 8);
    const uint8_t *end = all.data + all.length - 8;
    must(!memcmp(end, "\0\0\0\0\0\0\0\0", 8), "nothing of the diary is damaged");
    let_go(all);
    return id;
}

// What a server would answer with the published files.
static void answer(Handle transfer, const char *path, int64_t second) {
    Status status = {0};
    uint64_t length = 0;
    char folder[4096];
    snprintf(folder, sizeof folder, "%s/public", files);
    uint8_t *body = read_file(folder, path, &length);
    static _Thread_local Writer headers;
    char size[32];
    headers.length = 0;
    snprintf(size, sizeof size, "%llu", (unsigned long long)length);
    put_number(&headers, 2, 4);
    put_sized(&headers, "Content-Type", 12);
    put_sized(&headers, "application/octet-stream", 24);
    put_sized(&headers, "Content-Length", 14);
    put_sized(&headers, size, strlen(size));
    int8_t go = CALL(int8_t, FN("method_transfer_head"), Handle, int32_t, Buffer, int64_t)(
        again("transfer", transfer), body ? 200 : 404, written(&headers), second, &status);
    expect("the head of an answer", &status, FINE);
    for (uint64_t at = 0; go && at < length; at += 1000) {
        uint64_t piece = length - at < 1000 ? length - at : 1000;
        go = CALL(int8_t, FN("method_transfer_body"), Handle, Buffer, int64_t)(
            again("transfer", transfer), sized(body + at, piece), second, &status);
        expect("the body of an answer", &status, FINE);
    }
    free(body);
    // What is not wanted is let go of, as a connection that is closed.
    if (!go) return;
    CALL(void, FN("method_transfer_end"), Handle)(again("transfer", transfer), &status);
    expect("the end of an answer", &status, FINE);
}

static void sync_from_files(const char *deployment) {
    static const char BASE[] = "https://lists.vaora.example/";
    Status status = {0};
    Writer *options = calloc(1, sizeof *options);
    put_number(options, 6, 4);
    put_number(options, 2, 4);
    Handle transfer = CALL(Handle, FN("method_diary_plan"), Handle, Buffer, Buffer, Buffer)(
        the_diary(), plain(deployment), plain(BASE), written(options), &status);
    expect("plan", &status, FINE);
    int asked = 0;
    for (;; asked++) {
        must(asked < 100, "a sync comes to its end");
        Buffer step = CALL(Buffer, FN("method_transfer_next_step"), Handle)(
            again("transfer", transfer), &status);
        expect("the next step", &status, FINE);
        Reader next = {step, 0};
        uint64_t kind = number(&next, 4);
        if (kind == 3) break;
        must(kind == 1, "nothing is waited for");
        char *url = text(&next);
        must(!strncmp(url, BASE, strlen(BASE)), "only the authority is asked");
        answer(transfer, url + strlen(BASE), 1000 + asked);
        free(url);
    }
    Buffer report = CALL(Buffer, FN("method_transfer_finish"), Handle, Buffer)(
        again("transfer", transfer), now(noon + 130 * 60, 0), &status);
    expect("finish", &status, FINE);
    must(asked >= 3, "a manifest, catalogues and a chunk were asked for");
    let_go(report);
}

static void one_alert(void) {
    Status status = {0};
    Buffer alerts = CALL(Buffer, FN("method_diary_alerts"), Handle, Buffer)(
        the_diary(), now(noon + 130 * 60, 0), &status);
    expect("alerts", &status, FINE);
    Reader answer = {alerts, 0};
    must(number(&answer, 4) == 1, "there is one alert");
    let_go(alerts);
}

// A moment that no clock can show makes the core panic while it reads the argument.
static void panic_is_caught(void) {
    Status status = {0};
    Buffer alerts = CALL(Buffer, FN("method_diary_alerts"), Handle, Buffer)(
        the_diary(), now(INT64_MAX, UINT32_MAX), &status);
    (void)alerts;
    expect("a call that panics", &status, PANICKED);
    must(memmem(status.error.data, status.error.length, "overflow", 8) != 0, "a panic says why");
    let_go(status.error);
}

// Another opening of the same diary must be refused: the lock is the core's own.
static void is_locked(const char *folder) {
    Status status = {0};
    CALL(Handle, FN("constructor_diary_open"), Buffer, Buffer, Buffer)(
        plain(folder), ready(1), ready(2), &status);
    expect("a second opening", &status, SAID_NO);
}

static void *from_a_thread(void *unused) {
    (void)unused;
    for (int i = 0; i < 10; i++) only_visit();
    return 0;
}

static void checksums(void) {
    char name[512];
    while (fgets(name, sizeof name, stdin)) {
        name[strcspn(name, "\n")] = 0;
        uint16_t (*sum)(void) = (uint16_t(*)(void))function(name);
        printf("%s %u\n", name, sum());
    }
}

#define STEP(NAME) (printf("  %s\n", NAME), fflush(stdout))

int main(int count, char **args) {
    if (count == 3 && !strcmp(args[2], "checksums")) {
        load(args[1]);
        checksums();
        return 0;
    }
    must(count == 4, "use: smoke LIBRARY FILES FOLDER");
    files = args[2];
    uint64_t length;
    char *facts = (char *)read_file(files, "facts", &length);
    must(facts && sscanf(facts, "%lld %u %u", (long long *)&noon, &width, &height) == 3, "there are facts");

    int line[2];
    must(pipe(line) == 0, "there is a pipe");
    pid_t phone = fork();
    if (phone == 0) {
        // An app that is killed in the middle of things.
        char deployment[33] = {0};
        load(args[1]);
        create(args[3]);
        follow(deployment);
        int64_t visit = check_in(inspected(scan_poster()));
        must(write(line[1], &visit, sizeof visit) == sizeof visit, "the visit can be told");
        for (;;) pause();
    }
    close(line[1]);
    int64_t visit = 0;
    must(read(line[0], &visit, sizeof visit) == sizeof visit, "the app checked in");
    kill(phone, SIGKILL);
    waitpid(phone, 0, 0);
    STEP("the poster is scanned, a visit begun, and the app killed with -9");

    char deployment[33] = {0};
    load(args[1]);
    uint32_t version = ((uint32_t(*)(void))function("ffi_vaora_ffi_uniffi_contract_version"))();
    must(version > 0, "the border has a version");
    open_again(args[3]);
    must(only_visit() == visit, "it is the visit that was acknowledged");
    is_locked(args[3]);
    check_out(visit);
    STEP("the diary opens again, holds the visit, and is locked against another opening");

    follow(deployment);
    sync_from_files(deployment);
    one_alert();
    STEP("the published list is taken, piece by piece, and gives one alert");

    panic_is_caught();
    one_alert();
    STEP("a panic comes back as an error, and the library goes on working");

    pthread_t threads[4];
    for (int i = 0; i < 4; i++) must(!pthread_create(&threads[i], 0, from_a_thread, 0), "a thread begins");
    for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
    STEP("four threads ask at once");
    return 0;
}
