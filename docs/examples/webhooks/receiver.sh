#!/bin/sh
# A receiver of channelhub's webhooks that believes only what is signed: a CGI script (RFC 3875) for any web server.
# Needs openssl. The server's environment holds WEBHOOK_SECRET=whsec_…
set -euf
umask 077

TOLERANCE_S=300
MAX_BYTES=1048576

answer() {
    printf 'Status: %s\r\nContent-Type: text/plain\r\n\r\n' "$1"
    exit 0
}

length=${CONTENT_LENGTH:-0}
id=${HTTP_WEBHOOK_ID:-}
stamp=${HTTP_WEBHOOK_TIMESTAMP:-}
case $length in '' | *[!0-9]* | ????????*) answer '413 Content Too Large' ;; esac
[ "$length" -le "$MAX_BYTES" ] || answer '413 Content Too Large'
case $stamp in '' | 0* | *[!0-9]* | ?????????????*) answer '401 Unauthorized' ;; esac
age=$(($(date +%s) - stamp))
[ -n "$id" ] && [ "$age" -le "$TOLERANCE_S" ] && [ "$age" -ge "-$TOLERANCE_S" ] || answer '401 Unauthorized'

# The body goes into a file as it came: a variable would lose its last line breaks.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
head -c "$length" >"$work/body"
head -c 32 /dev/urandom >"$work/salt"

# HMAC-SHA256 (RFC 2104) by hand: as an argument of openssl, every user of this machine could read the key.
key=$(printf '%s' "${WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
padded() { # the key's 64 bytes, each XOR $1
    rest=$key
    for _ in 1 2 3 4 5 6 7 8; do
        for _ in 1 2 3 4 5 6 7 8; do
            byte=${rest%"${rest#??}"}
            rest=${rest#??}
            printf "\\$(printf '%03o' $((0x${byte:-00} ^ $1)))"
        done
    done
}
sha256() { openssl dgst -sha256 -binary; }
inner() { { padded 54; printf '%s.%s.' "$id" "$stamp"; cat "$work/body"; } | sha256; }
expected=v1,$({ padded 92; inner; } | sha256 | openssl base64 -A)

# While secrets change there are several signatures. Salted digests are compared: how long that takes tells nothing.
salted() { { cat "$work/salt"; printf '%s' "$1"; } | sha256 | openssl base64 -A; }
wanted=$(salted "$expected")
genuine=no
for given in $(printf '%.1000s' "${HTTP_WEBHOOK_SIGNATURE:-}"); do
    [ "$(salted "$given")" = "$wanted" ] && genuine=yes
done
[ "$genuine" = yes ] || answer '401 Unauthorized'

# The event is in "$work/body". The same webhook-id may come again: remember it together with what you do.
# Answer soon, and do what takes long later: after 15 s the hub takes it for failed and tries again.
printf '%s %s\n' "$id" "$(cat "$work/body")" >&2
answer '204 No Content'
