# shellcheck shell=sh
# What every language needs of ./vaora: the library, the sides that UniFFI writes, examples, stories.

# bindings LANGUAGE…: the library for this machine, and the languages' sides of it, in
# $BINDINGS/LANGUAGE. They are written anew only when the library changed.
BINDINGS=$CARGO_TARGET_DIR/bindings
bindings() {
    cargo build --quiet --locked -p vaora-ffi >&2 || return 1
    (cd bindings/bindgen && CARGO_TARGET_DIR="$CARGO_TARGET_DIR/bindgen" cargo build --quiet --locked >&2) || return 1
    library=$CARGO_TARGET_DIR/debug/libvaora_ffi.so
    for language in "$@"; do
        out=$BINDINGS/$language
        [ "$out/written" -nt "$library" ] && [ "$out/written" -nt bindings/uniffi.toml ] && continue
        rm -rf "$out" && mkdir -p "$out"
        case "$language" in
        swift)
            for part in swift-sources headers modulemap; do
                "$CARGO_TARGET_DIR/bindgen/debug/uniffi-bindgen-swift" "--$part" --module-name vaora_ffiFFI \
                    "$library" "$out" >&2 || return 1
            done
            ;;
        *)
            "$CARGO_TARGET_DIR/bindgen/debug/uniffi-bindgen" generate --no-format -l "$language" -o "$out" \
                "$library" >&2 || return 1
            ;;
        esac
        touch "$out/written"
    done
}

# renew FROM TO: copies what changed; what did not keeps its time, and is not built again.
renew() {
    cmp -s "$1" "$2" || cp "$1" "$2"
}

# example LANGUAGE PAGE FILE [HEAD]: the first example of a page, as a source file: what people read is
# compiled and run as it stands there.
example() {
    mkdir -p "$(dirname "$3")"
    { [ -z "${4:-}" ] || printf '%s\n' "$4"; sed "1,/^\`\`\`$1\$/d; /^\`\`\`/,\$d" "$2"; } >"$3.new"
    renew "$3.new" "$3"
    rm "$3.new"
}

# An authority that the examples meet: its root, a poster, and what it published.
example_office() {
    cargo build --quiet --locked -p vaora-authority --bin vaora-authority >&2 || return 1
    # Within this folder, for the Swift root sees no other.
    export VAORA_EXAMPLES="$PWD/ios/.build/examples"
    rm -rf "$VAORA_EXAMPLES" && mkdir -p "$VAORA_EXAMPLES" || return 1
    office="$CARGO_TARGET_DIR/debug/vaora-authority --json --folder $VAORA_EXAMPLES/office"
    said() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
    $office init --scope 2025/04 >/dev/null && $office upload-keys >/dev/null &&
        $office publish --out "$VAORA_EXAMPLES/public" >/dev/null || return 1
    $office code --name 'Chợ Xanh' --category local-market --area 2025/04/01273 | said text >"$VAORA_EXAMPLES/poster"
    $office share-code | said code >"$VAORA_EXAMPLES/share-code"
    [ -s "$VAORA_EXAMPLES/poster" ] && [ -s "$VAORA_EXAMPLES/share-code" ]
}

# play_all LANGUAGE: every story through a binding; its answers only where one went otherwise.
play_all() {
    cargo build --quiet --locked -p vaora-tests --bin vaora-try >&2 || return 1
    out=$(mktemp) status=0
    "$CARGO_TARGET_DIR/debug/vaora-try" play --with "$1" tests/stories/*.json >"$out" 2>"$out.sums" || status=1
    grep -v '"ok":true' "$out" >&2 || true
    count "stories, $1" "$out.sums"
    rm -f "$out" "$out.sums"
    return "$status"
}

# count NAME FILE: adds what a runner's closing lines "N passed, N failed" in a file say.
count() {
    sums=$(sed -n 's/.*[^0-9]\([0-9][0-9]*\) passed, \([0-9][0-9]*\) failed.*/\1 \2/p' "$2" |
        awk '{ p += $1; f += $2 } END { print p + 0, f + 0 }')
    passed=$((passed + ${sums% *})) failed=$((failed + ${sums#* }))
    echo "$1: ${sums% *} passed, ${sums#* } failed"
    [ "${sums% *}" -gt 0 ] || { cat "$2" >&2; return 1; }
}
