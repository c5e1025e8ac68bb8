# shellcheck shell=sh
# Swift: the package, built in a root of its own, and its tests.

# The package with the library and what UniFFI wrote in place, built where Swift is. The phone program
# runs there too, so the folders of stories must lie where it sees them.
swift_package() {
    swift_sources || return 1
    lib=$PWD/ios/.build/lib graphs=$PWD/ios/.build/graphs stories=$PWD/ios/.build/stories
    mkdir -p "$lib" "$graphs" "$stories"
    renew "$CARGO_TARGET_DIR/debug/libvaora_ffi.so" "$lib/libvaora_ffi.so"
    example swift README.md ios/Tests/VaoraTests/Examples/Quickstart.swift
    example swift ios/Sources/Vaora/Vaora.docc/FirstApp.md ios/Tests/VaoraTests/Examples/FirstApp.swift
    swift_do build --build-tests >&2 || return 1
    run_swift="'$PWD/bindings/toolchain/swift-run.sh' '$PWD'"
    export VAORA_PHONE_SWIFT="env LD_LIBRARY_PATH='$lib' $run_swift '$PWD/ios/.build/debug/vaora-phone'"
}

# What UniFFI wrote, where SwiftPM looks for it.
swift_sources() {
    bindings swift || return 1
    renew "$BINDINGS/swift/VaoraCore.swift" ios/Sources/VaoraCore/VaoraCore.swift
    renew "$BINDINGS/swift/vaora_ffiFFI.h" ios/Sources/vaora_ffiFFI/vaora_ffiFFI.h
}

# swift_do VERB ARGS…: always with the same flags, so that nothing is built twice. The symbols are for
# the documentation.
swift_do() {
    verb=$1
    shift
    with_swift swift "$verb" --package-path ios -Xswiftc -warnings-as-errors -Xswiftc -emit-symbol-graph \
        -Xswiftc -emit-symbol-graph-dir -Xswiftc "$graphs" "$@"
}

# with_swift COMMAND…: runs it in the Swift root, which sees this folder and no other.
with_swift() {
    LIBRARY_PATH="$lib" LD_LIBRARY_PATH="$lib" VAORA_SWIFT_ENV="VAORA_SOAK_SECONDS VAORA_EXAMPLES" \
        bindings/toolchain/swift-run.sh "$PWD" "$@"
}

# swift_root PART: there is a place for Swift on this machine, or the part is skipped.
swift_root() {
    log=$(mktemp)
    [ -x "$CACHE/swift-root/usr/bin/swiftc" ] || echo "vaora: making a place for Swift (once, about two minutes)" >&2
    bindings/toolchain/swift-root.sh 2>"$log" || {
        cat "$log" >&2
        skip "$1: $(tail -n 1 "$log" | sed 's/^swift-root: ERROR: //')"
        rm -f "$log"
        return 1
    }
    rm -f "$log"
}

test_swift() {
    swift_root swift || return 0
    swift_package || return 1
    echo "== swift: format, documentation" >&2
    with_swift swift-format lint --strict -r ios/Package.swift ios/Sources/Vaora ios/Sources/vaora-phone \
        ios/Sources/VaoraCore/CalendarDay.swift ios/Sources/vaora-border ios/Tests/VaoraTests/*.swift >&2 || return 1
    rm -rf ios/.build/docs && mkdir -p ios/.build/docs
    cp "$graphs"/Vaora.symbols.json "$graphs"/Vaora@*.symbols.json ios/.build/docs
    with_swift docc convert ios/Sources/Vaora/Vaora.docc --fallback-display-name Vaora \
        --fallback-bundle-identifier vn.vaora --additional-symbol-graph-dir ios/.build/docs \
        --output-path ios/.build/Vaora.doccarchive --warnings-as-errors >&2 || return 1
    echo "== swift" >&2
    example_office || return 1
    swift_tests || return 1
    TMPDIR=$stories play_all swift
}

# swift_tests ARGS…: counts what Swift Testing's closing line says.
swift_tests() {
    log=ios/.build/test.log status=0
    swift_do test "$@" >"$log" 2>&1 || status=1
    grep -E 'Test run with' "$log" || status=1
    [ "$status" -eq 0 ] || grep -E 'error:|✘|fatal' "$log" >&2
    ran=$(sed -n 's/.*Test run with \([0-9]*\) tests.*/\1/p' "$log")
    wrong=$(grep -cE '✘ Test [^ ]+\(.* failed after' "$log")
    passed=$((passed + ${ran:-0} - wrong)) failed=$((failed + wrong))
    return "$status"
}
