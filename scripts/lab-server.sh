# Starts servers for the scripts that measure; sourced by them.
#
#   must_be_free PORT...                   fails where something answers already: it would be measured in the server's place
#   await URL PROCESS LOG [any]            waits until URL, which PROCESS serves, answers well (any: answers at all)
#   start_lab_server PYTHON LAB PORT LOG   the lab's model answers on 127.0.0.1:PORT when it returns; its process is $lab_server
#   commit_of_tables                       the commit that tables name, with +changes where other files than tables differ
# Whoever starts it ends it: trap 'kill "$lab_server"' EXIT.

must_be_free() {
    local port
    for port in "$@"; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
            echo "$(basename "$0"): something listens on port $port already; end it first" >&2
            return 1
        fi
    done
}

await() {
    local url="$1" process="$2" log="$3" well=-f
    if [ "${4:-}" = any ]; then well=; fi
    for _ in $(seq 150); do
        if ! kill -0 "$process" 2>/dev/null; then break; fi
        if curl -s $well --max-time 2 -o /dev/null "$url" && kill -0 "$process" 2>/dev/null; then return 0; fi
        sleep 0.2
    done
    echo "$(basename "$0"): $url does not answer:" >&2
    cat "$log" >&2
    return 1
}

start_lab_server() {
    local python="$1" lab="$2" port="$3" log="$4"
    must_be_free "$port"
    OMP_NUM_THREADS=1 "$python" "$lab/upstream_server.py" --port "$port" >"$log" 2>&1 &
    lab_server=$!
    await "http://127.0.0.1:$port/ping" "$lab_server" "$log"
}

commit_of_tables() {
    local commit
    commit="$(git rev-parse --short=12 HEAD)"
    if [ -n "$(git status --porcelain --untracked-files=no -- . ':!docs/results')" ]; then commit="$commit+changes"; fi
    echo "$commit"
}
