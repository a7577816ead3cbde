# Starts the lab's model server; sourced by the scripts that measure.
#
#   start_lab_server PYTHON LAB PORT LOG   answers on 127.0.0.1:PORT when it returns; its process is $lab_server
#   await URL PROCESS LOG                  waits until URL, which PROCESS serves, answers
# Whoever starts it ends it: trap 'kill "$lab_server"' EXIT.

await() {
    local url="$1" process="$2" log="$3"
    for _ in $(seq 150); do
        if curl -fs -o /dev/null "$url"; then return 0; fi
        if ! kill -0 "$process" 2>/dev/null; then break; fi
        sleep 0.2
    done
    echo "$(basename "$0"): $url does not answer:" >&2
    cat "$log" >&2
    return 1
}

start_lab_server() {
    local python="$1" lab="$2" port="$3" log="$4"
    # Another server there would answer in its place.
    if curl -s -o /dev/null "http://127.0.0.1:$port/ping"; then
        echo "$(basename "$0"): something answers on port $port already; end it first" >&2
        return 1
    fi
    OMP_NUM_THREADS=1 "$python" "$lab/upstream_server.py" --port "$port" >"$log" 2>&1 &
    lab_server=$!
    await "http://127.0.0.1:$port/ping" "$lab_server" "$log"
}
