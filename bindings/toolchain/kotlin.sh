# shellcheck shell=sh
# Kotlin: the package, its tests.

have_jdk() {
    have javac openjdk-17-jdk-headless && have mvn maven
}

# maven ARGS…: with the cache; without the network once the tests ran with these pom.xml. It says
# something only when it fails.
maven() {
    fetched=$CACHE/maven/fetched-$(cat android/pom.xml android/*/pom.xml | cksum | tr ' ' -)
    [ ! -e "$fetched" ] || set -- --offline "$@"
    mvn --batch-mode --quiet -Dstyle.color=never --file android/pom.xml "-Dmaven.repo.local=$CACHE/maven" \
        "-Dvaora.target=$CARGO_TARGET_DIR" "$@" >"$BINDINGS/kotlin.log" 2>&1 && return
    cat "$BINDINGS/kotlin.log" >&2
    return 1
}

# The generated side, the façade and its phone program, compiled; not again while nothing changed.
kotlin_package() {
    have_jdk || return 1
    bindings kotlin || return 1
    example kotlin README.md "$BINDINGS/kotlin-readme/Readme.kt" 'package vn.vaora.readme'
    classpath=$BINDINGS/kotlin.classpath
    if [ ! -e "$classpath" ] || [ -n "$(find android bindings/uniffi.toml "$BINDINGS/kotlin" "$BINDINGS/kotlin-readme" \
        -name target -prune -o -type f -newer "$classpath" -print)" ]; then
        maven test-compile dependency:build-classpath "-Dmdep.outputFile=$classpath" || return 1
    fi
    classes="$PWD/android/sdk/target/classes:$PWD/android/sdk/target/test-classes:$(cat "$classpath")"
    export VAORA_PHONE_KOTLIN="java -XX:TieredStopAtLevel=1 '-Djna.library.path=$CARGO_TARGET_DIR/debug' \
        -cp '$classes' vn.vaora.play.PhoneKt"
}

# surefire [ARGS…]: the Kotlin tests, counted by the closing line of Maven's test runner.
surefire() {
    reports=android/sdk/target/surefire-reports status=0
    rm -rf "$reports"
    maven surefire:test "$@" || status=1
    sums=$(cat "$reports"/*.txt 2>/dev/null |
        sed -n 's/^Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\), Skipped: \([0-9]*\).*/\1 \2 \3 \4/p' |
        awk '{ r += $1; f += $2 + $3; s += $4 } END { print r - f - s, f + 0, s + 0 }')
    # shellcheck disable=SC2086
    set -- $sums
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    echo "kotlin: $1 passed, $2 failed, $3 skipped"
    [ "$status" -eq 0 ] && [ "$1" -gt 0 ] && touch "$fetched"
}

test_kotlin() {
    have_jdk || { skip kotlin "no JDK or no Maven"; return 0; }
    kotlin_package || return 1
    echo "== kotlin" >&2
    surefire || return 1
    play_all kotlin
}
