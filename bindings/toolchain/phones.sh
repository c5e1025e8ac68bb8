# shellcheck shell=sh
# Libraries for phones: built, checked, run; and what a call costs through each language.

# What builds and runs the libraries for phones. The linker and bionic's names are our own.
need_phone_tools() {
    need_rust
    triples='aarch64-linux-android armv7-linux-androideabi x86_64-linux-android aarch64-apple-ios'
    # shellcheck disable=SC2086
    rustup --quiet target add $triples >&2 && rustup --quiet component add llvm-tools rust-src >&2 || {
        echo "vaora: rustup could not install what phones need: $triples, llvm-tools, rust-src" >&2
        return 1
    }
}

need_smoke_tools() {
    tools='gcc qemu-aarch64 qemu-arm aarch64-linux-gnu-gcc arm-linux-gnueabi-gcc'
    packages='gcc libc6-dev qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross gcc-arm-linux-gnueabi libc6-dev-armel-cross'
    for tool in $tools; do
        command -v "$tool" >/dev/null && continue
        # shellcheck disable=SC2086
        { apt-get update -q && apt-get install -y -q --no-install-recommends $packages; } >&2 && return
        echo "vaora: $tool is missing: apt-get install $packages" >&2
        return 1
    done
}

# The core's libraries for phones: built, read again from their bytes, and run, x86_64 as it is, ARM under
# qemu. docs/phone-libraries.md says what that proves and what not.
test_phone_libs() {
    need_phone_tools || {
        skip 'libraries for phones: no targets'
        return 0
    }
    cargo build --quiet --locked -p vaora-pack -p vaora-tests --bin vaora-pack --bin vaora-try || return 1
    pack=$CARGO_TARGET_DIR/debug/vaora-pack smoke=$CARGO_TARGET_DIR/phone-smoke before=$failed
    for name in arm64-v8a armeabi-v7a x86_64 ios-arm64; do
        echo "== library for $name" >&2
        if "$pack" phone-libs "$name"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    done
    [ "$failed" -eq "$before" ] || return 1
    # Where one platform lacks a function, its generated code would fail at the first call.
    "$pack" phone-libs --built >/dev/null || return 1
    need_smoke_tools || {
        skip 'libraries for phones: built and checked, not run'
        return 0
    }
    mkdir -p "$smoke"
    "$CARGO_TARGET_DIR/debug/vaora-try" phone-files "$smoke/files" || return 1
    for name in x86_64 arm64-v8a armeabi-v7a; do
        echo "== a phone's work on $name" >&2
        library=$CARGO_TARGET_DIR/phone-libs/$name/libvaora_ffi.so
        "$pack" exports "$name" | grep _checksum_ |
            bindings/toolchain/smoke/run.sh "$name" "$library" "$smoke/files" "$smoke/$name" || {
            failed=$((failed + 1))
            continue
        }
        cmp "$smoke/x86_64/sums" "$smoke/$name/sums" >&2 || return 1
        passed=$((passed + 1))
    done
    [ "$failed" -eq "$before" ]
}

# What `bench size` times: the same calls bare, through Kotlin and through Swift, over one library built as for
# phones. What could not be built has no command, and the report says what is missing. The tests' packages
# stay as they are: Kotlin's classes serve here too, Swift is built in a folder of its own.
border_programs() {
    cargo build --quiet --locked --profile phone -p vaora-ffi --example border >&2 || return 1
    border=$CARGO_TARGET_DIR/phone/examples/libborder.so
    export VAORA_BENCH_RUST="target/bench/release/vaora-bench --bare '$border'"
    if kotlin_package; then
        export VAORA_BENCH_KOTLIN="java '-Duniffi.component.vaora_ffi.libraryOverride=$border' -cp '$classes' \
            vn.vaora.border.BorderKt"
    fi
    lib=$PWD/ios/.build/border/lib
    mkdir -p "$lib"
    if bindings/toolchain/swift-root.sh && swift_sources && renew "$border" "$lib/libvaora_ffi.so" &&
        with_swift swift build --package-path ios --scratch-path ios/.build/border -c release \
            --product vaora-border -Xswiftc -warnings-as-errors >&2; then
        # Its malloc keeps no large blocks: the program sees every new one.
        export VAORA_BENCH_SWIFT="env LD_LIBRARY_PATH='$lib' '$PWD/bindings/toolchain/swift-run.sh' '$PWD' \
            env MALLOC_MMAP_THRESHOLD_=131072 '$PWD/ios/.build/border/release/vaora-border'"
    fi
}
