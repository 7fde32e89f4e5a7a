#!/usr/bin/env bash
# Builds the image and runs it, without a container daemon: as its own user, with a read-only root, dropped
# capabilities and one volume. Needs root, buildah and debootstrap; says so and does nothing where one is missing.
#
#   test/deploy/image.sh [work directory]
#
# The work directory (default: a temporary one, removed afterwards) keeps the base image for the next run. Where the
# real base image cannot be pulled, one like it is made from Debian packages and this machine's Node 24 and npm.
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() { echo "SKIP test/deploy/image.sh: $1"; exit 0; }
fail() { echo "FAIL: $1" >&2; [ ! -s "$work/log" ] || tail -n 20 "$work/log" >&2; exit 1; }
pass() { echo "ok: $1"; }

[ "$(id -u)" = 0 ] || skip 'not root'
for tool in buildah debootstrap unshare nsenter curl openssl; do
  command -v "$tool" >/dev/null || skip "no $tool"
done
PATH="$PWD/node_modules/.bin:$PATH"
case "$(node --version)" in v24.*) ;; *) skip 'no Node 24' ;; esac

work=${1:-$(mktemp -d)}
mkdir -p "$work"
work=$(cd "$work" && pwd)
gateway=''
cleanup() {
  [ -z "$gateway" ] || kill -KILL "$gateway" 2>/dev/null || true
  build umount --all >/dev/null 2>&1 || true
  build rm --all >/dev/null 2>&1 || true
  [ "${keep:-}" = yes ] || rm -rf "$work"
}
[ $# -eq 0 ] || keep=yes
trap cleanup EXIT

build() {
  buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"
}

# --- base image -------------------------------------------------------------------------------------------------------

base=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
reference="docker.io/library/$base"

make_base() {
  local root="$work/base" npm
  npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
  if [ ! -e "$root/.complete" ]; then
    rm -rf "$root"
    debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" 2>&1 || fail 'debootstrap: see debootstrap.log'
    rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
    install -D -m 755 "$(node -p process.execPath)" "$root/usr/local/bin/node"
    mkdir -p "$root/usr/local/lib/node_modules"
    cp -r "$npm" "$root/usr/local/lib/node_modules/npm"
    ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
    chroot "$root" useradd --uid 1000 --user-group --create-home node
    # Registries behind a private certificate authority.
    [ -z "${NODE_EXTRA_CA_CERTS:-}" ] || install -m 644 "$NODE_EXTRA_CA_CERTS" "$root/usr/local/share/extra-ca.pem"
    touch "$root/.complete"
  fi
  local container
  container=$(build from scratch)
  build add -q "$container" "$root" / >/dev/null
  [ ! -e "$root/usr/local/share/extra-ca.pem" ] ||
    build config --env NODE_EXTRA_CA_CERTS=/usr/local/share/extra-ca.pem "$container"
  build config --cmd '["node"]' "$container"
  build commit -q --rm "$container" "$reference" >/dev/null
}

if build inspect --type image "$reference" >/dev/null 2>&1; then
  echo "base: $base, from the work directory"
elif build pull -q "$reference" >/dev/null 2>&1; then
  echo "base: $base, pulled"
else
  make_base
  echo "base: $base cannot be pulled; a stand-in was made from Debian packages and Node $(node --version)"
fi

# --- build ------------------------------------------------------------------------------------------------------------

build bud --isolation chroot --pull-never --format docker -t posthorn:test . >"$work/build.log" 2>&1 ||
  { tail -n 30 "$work/build.log" >&2; fail 'the image does not build'; }
pass 'the image builds'

build inspect --type image posthorn:test >"$work/image.json"
# $1: an expression over `image`, the image's own configuration; strings come out bare, anything else as JSON.
config() {
  node -p "const image = JSON.parse(require('fs').readFileSync('$work/image.json')).Docker.config; const v = $1; typeof v === 'string' ? v : JSON.stringify(v)"
}
readarray -t command < <(config 'image.Cmd.join("\n")')
readarray -t health < <(config 'image.Healthcheck.Test.slice(1).join("\n")')
readarray -t variables < <(config 'image.Env.join("\n")')
[ "$(config image.User)" = 1000:1000 ] || fail 'the image does not run as 1000:1000'

container=$(build from --pull-never posthorn:test)
root=$(build mount "$container")

node -e '
  const { existsSync, readFileSync } = require("node:fs")
  // Some of them are needed at run time too, by something else.
  const { packages } = JSON.parse(readFileSync("package-lock.json"))
  const unwanted = Object.keys(packages).filter((path) => packages[path].dev === true)
  const found = [...unwanted, "test", ".env", "data", ".git"].filter((path) => existsSync(`${process.argv[1]}/app/${path}`))
  if (found.length > 0) { console.error(found.join("\n")); process.exit(1) }
' "$root" || fail 'the image has what it should not have'
pass 'the image has no development dependencies, tests, data or secrets'

size() { du -s --block-size=1M "$@" | awk '{ sum += $1 } END { print sum " MiB" }'; }
echo "size: $(size "$root/app") in /app (node_modules $(size "$root/app/node_modules")), $(size "$root") with the base"

# --- run --------------------------------------------------------------------------------------------------------------

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
url="http://127.0.0.1:$port"
secret=$(openssl rand -hex 32)
token=$(openssl rand -hex 32)
volume="$work/volume"
rm -rf "$volume" "$work/log"
install -d -o 1000 -g 1000 "$volume"

# As an operator would put one into handlers/ before building.
cat >"$root/app/handlers/ping.ts" <<'END'
import { defineHandler, type HandlerEvent } from '../src/delivery/define-handler.ts'

export default defineHandler(async (event: HandlerEvent, context) => context.log.info({}, `handled ${event.type}`))
END

# As an operator would mount one.
cat >"$root/app/posthorn.config.ts" <<'END'
import { defineConfig } from 'posthorn'

export default defineConfig({ handlers: { ping: { from: 'github', filter: { 'body.zen': { $type: 'string' } } } } })
END

# What an operator sets.
given=("PORT=$port" "GITHUB_WEBHOOK_SECRET=$secret" "ADMIN_TOKEN=$token" DRAIN_SECONDS=1)

# Runs a command as the image's user with the image's environment, as process 1 of a container.
# It is the child of an `unshare` whose exit code is the command's.
in_container() {
  exec unshare --mount --pid --fork --propagation private bash -c '
    root=$1; volume=$2; workdir=$3; shift 3
    mount --bind "$root" "$root"
    mount --bind "$volume" "$root/data"
    mount -t tmpfs tmpfs "$root/tmp"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -o remount,bind,ro "$root"
    exec chroot "$root" setpriv --reuid=1000 --regid=1000 --clear-groups \
      --no-new-privs --inh-caps=-all --bounding-set=-all /usr/bin/env -i --chdir="$workdir" "$@"
  ' bash "$root" "$volume" "$(config image.WorkingDir)" "${variables[@]}" "${given[@]}" "$@"
}

start() {
  in_container "${command[@]}" >>"$work/log" 2>&1 &
  supervisor=$!
  for _ in $(seq 100); do
    kill -0 "$supervisor" 2>/dev/null || fail 'the gateway ended while starting'
    gateway=$(pgrep -P "$supervisor" || true)
    [ -z "$gateway" ] || ! curl -sf "$url/health" >/dev/null || return 0
    sleep 0.1
  done
  fail 'the gateway does not become healthy'
}

# $1: the signal. Sets $code.
stop() {
  code=0
  kill "-$1" "$gateway"
  wait "$supervisor" || code=$?
  gateway=''
}

body='{"zen":"Keep it logically awesome."}'
signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)
# Prints the answer to one and the same event.
deliver() {
  curl -s -w ' %{http_code}' "$url/webhook/github" -H 'content-type: application/json' -H 'x-github-event: ping' \
    -H 'x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958' -H "x-hub-signature-256: sha256=$signature" -d "$body"
}
field() { node -p 'JSON.parse(process.argv[1].replace(/ \d+$/, ""))[process.argv[2]]' "$1" "$2"; }

start
[ "$(curl -s "$url/health")" = '{"status":"ok"}' ] || fail "/health answers $(curl -s "$url/health")"
pass '/health answers {"status":"ok"}'

status() { sed -n "s/^$1:\t*//p" "/proc/$gateway/status" | tr '\t' ' '; }
[ "$(status Uid)" = '1000 1000 1000 1000' ] || fail "runs as uid $(status Uid)"
[ "$(status CapEff)" = 0000000000000000 ] || fail "has capabilities $(status CapEff)"
case "$(status NSpid)" in *' 1') ;; *) fail 'is not process 1' ;; esac
pass 'runs as user 1000, process 1, without capabilities'

for path in / /app /app/node_modules /usr; do
  ! nsenter -t "$gateway" -m touch "$root$path/written" 2>/dev/null || fail "$path can be written to"
done
pass 'its root is read-only'

nsenter -t "$gateway" -m chroot --userspec=1000:1000 "$root" /usr/bin/env -i "${variables[@]}" "PORT=$port" "${health[@]}" ||
  fail 'the health check fails'
! chroot --userspec=1000:1000 "$root" /usr/bin/env -i "${variables[@]}" PORT=1 "${health[@]}" ||
  fail 'the health check passes where nothing listens'
pass 'its health check tells healthy from not'

# Prints the status of the operator's API. $1: options of curl.
api() { curl -s -o "$work/api" -w '%{http_code}' "$@" "$url/api/events"; }
[ "$(api)" = 401 ] || fail 'the API answers without the token'
[ "$(api -H "authorization: Bearer $token")" = 200 ] || fail "the API does not answer with the token: $(cat "$work/api")"
pass 'the API answers to the token only'

first=$(deliver)
[ "${first##* }" = 200 ] && [ "$(field "$first" duplicate)" = false ] || fail "an event is answered $first"
id=$(field "$first" id)
for _ in $(seq 100); do
  ! grep -q 'handled ping' "$work/log" || break
  sleep 0.1
done
grep -q 'handled ping' "$work/log" || fail 'the handler did not get the event'
pass 'a handler in TypeScript gets the event, by the configuration file'
api -H "authorization: Bearer $token" >/dev/null
grep -q "$id" "$work/api" || fail 'the API does not know the event'
pass 'the API lists the event'

# As `docker exec` does.
exec_in() {
  nsenter -t "$gateway" -m chroot --userspec=1000:1000 "$root" \
    /usr/bin/env -i --chdir="$(config image.WorkingDir)" "${variables[@]}" "${given[@]}" "$@"
}
exec_in posthorn send github --url "$url/webhook/github" >"$work/send" 2>&1 || fail "posthorn send: $(cat "$work/send")"
! exec_in posthorn send github --url "$url/webhook/github" --secret "another-$secret" >"$work/send" 2>&1 || fail 'posthorn send passes with a wrong secret'
pass 'posthorn send is in the image, and has its secrets'
stop TERM
[ "$code" = 0 ] || fail "SIGTERM ends it with $code"
pass 'SIGTERM ends it with 0'

for ending in TERM KILL; do
  start
  again=$(deliver)
  [ "$(field "$again" duplicate)" = true ] && [ "$(field "$again" id)" = "$id" ] || fail "after a restart: $again"
  stop "$ending"
done
start
again=$(deliver)
[ "$(field "$again" id)" = "$id" ] || fail "after SIGKILL: $again"
stop TERM
pass 'the event is still there after a restart and after SIGKILL'
