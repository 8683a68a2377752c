"""What an update costs: called by bench-update.sh, which makes the bundles and the repository."""

import http.server
import os
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

modelpack, out = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


class Server(http.server.ThreadingHTTPServer):
    """Serves the repository with ranges; counts requests and bytes, and sends at most `rate` bytes a second."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.sent, self.rate = [], 0, 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # A client that was killed.

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"

    def reset(self, rate=0):
        self.requests, self.sent, self.rate = [], 0, rate


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        super().setup()
        if self.server.rate:
            # Little room for what is sent and not yet taken, so that what is counted as sent has arrived.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)

    def do_GET(self):
        self.server.requests.append(self.path)
        path = os.path.join(out, "repo", self.path.lstrip("/"))
        if not os.path.isfile(path):
            self.send_error(404)
            return
        size = os.path.getsize(path)
        start, end = 0, size
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if wanted:
            start, end = int(wanted[1]), min(int(wanted[2]) + 1, size)
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        self.wfile.flush()
        with open(path, "rb") as file:
            while start < end:
                piece = min(1 << 16 if self.server.rate else 1 << 30, end - start)
                sent = os.sendfile(self.connection.fileno(), file.fileno(), start, piece)
                start += sent
                with self.server.lock:
                    self.server.sent += sent
                if self.server.rate:
                    time.sleep(sent / self.server.rate)

    def log_message(self, *arguments):
        pass


server = Server()


def run(*arguments, check=True):
    return subprocess.run([modelpack, *arguments], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_device(name, channel, where=out):
    root = os.path.join(where, name)
    subprocess.run(["chmod", "-R", "u+w", root], stderr=subprocess.DEVNULL)
    shutil.rmtree(root, ignore_errors=True)
    trust = os.path.join(out, "repo/metadata/1.root.json")
    policy = os.path.join(out, "policy.yaml")
    run("device", "init", "--root", root, "--repository", server.address, "--trust", trust, "--policy", policy,
        "--channel", channel)
    return root


def cpu(*arguments):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wall(*arguments):
    start = time.monotonic()
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


failures = 0


def figure(what, value, limit=None, unit="", digits=1):
    """Prints a figure and, where it has one, the limit that it must not be above."""
    global failures
    missed = limit is not None and value > limit
    failures += missed
    bound = "" if limit is None else f", limit {limit:g}{unit}"
    print(f"   {what}: {value:.{digits}f}{unit}{bound}" + ("  MISSED" if missed else ""), flush=True)


print("== a check with nothing new")
root = make_device("device", "stable")
run("update", "--root", root)
server.reset()
run("update", "--root", root)
names = [path.split("/", 2)[2] for path in server.requests]
failures += sorted(names) != ["2.root.json", "timestamp.json"]
figure("requests, " + " and ".join(names), len(names), 2, digits=0)
seconds = statistics.median(cpu("update", "--root", root, "--quiet") for _ in range(25))
figure("processor time, median of 25", seconds * 1000, 30, " ms")

print("== staging a bundle of 540 MB from a local server (medians of 5, in turn)")
bundle = os.path.relpath(
    subprocess.run(["find", os.path.join(out, "repo/targets/big"), "-name", "*.modelpack"], capture_output=True,
                   check=True, text=True).stdout.strip(), os.path.join(out, "repo"))
ours, theirs = [], []
for _ in range(5):
    copy = os.path.join(out, "copy")
    theirs.append(wall("bash", "-c", f"curl -sf -o {copy} {server.address}/{bundle} && sync {copy} && "
                       f"openssl dgst -sha256 {copy}"))
    os.remove(copy)
    root = make_device("big", "large")
    ours.append(wall(modelpack, "update", "--root", root, "--no-activate", "--quiet"))
ours, theirs = statistics.median(ours), statistics.median(theirs)
figure("modelpack update --no-activate", ours, unit=" s", digits=2)
figure("curl, sync, openssl dgst", theirs, unit=" s", digits=2)
figure("ratio", ours / theirs, 1.5, digits=2)

print("== killed when 90 % had been sent, and run again")
size = os.path.getsize(os.path.join(out, "repo", bundle))
root = make_device("big", "large")
server.reset(rate=100 << 20)
process = subprocess.Popen([modelpack, "update", "--root", root, "--no-activate", "--quiet"])
while server.sent < 0.9 * size and process.poll() is None:
    time.sleep(0.001)
process.send_signal(signal.SIGKILL)
process.wait()
time.sleep(0.2)
server.reset()
run("update", "--root", root, "--no-activate", "--quiet")
figure("fetched again", 100 * server.sent / size, 11, " %", digits=2)

print("== switching and rolling back, on tmpfs, with no server")
syncs = re.compile(r"\b(fsync|fdatasync|syncfs|sync)\(")
with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
    trace = os.path.join(memory, "trace")

    def traced(*arguments):
        subprocess.run(["strace", "-f", "-ttt", "-s", "200", "-e", "trace=write,rename,fsync,fdatasync,syncfs,sync",
                        "-o", trace, modelpack, *arguments], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        with open(trace) as file:
            return file.read().splitlines()

    def staged():
        """A device that uses 1.0.0 and has 1.1.0 staged."""
        root = make_device("device", "stable", memory)
        run("update", "--root", root)
        settings = os.path.join(root, "device.yaml")
        with open(settings) as file:
            text = file.read()
        with open(settings, "w") as file:
            file.write(text.replace('"stable"', '"next"'))
        run("update", "--root", root, "--no-activate")
        return root

    counts, times = [], []
    for _ in range(5):
        root = staged()
        server.reset()
        lines = traced("activate", "home", "--root", root)
        begun = next(number for number, line in enumerate(lines) if "switching to" in line)
        counts.append(sum(1 for line in lines[begun:] if syncs.search(line)))
        start, end = (float(line.split()[1]) for line in (lines[begun], lines[-1]))
        times.append(end - start)
    figure("fsyncs of a switch", max(counts), 8, digits=0)
    figure("a switch, after its smoke test, to the process's end, under strace, median of 5",
           statistics.median(times) * 1000, 20, " ms")
    lines = traced("rollback", "home", "--root", root)
    figure("fsyncs of a rollback", sum(1 for line in lines if syncs.search(line)), 8, digits=0)
    times = []
    for _ in range(25):
        run("unblock", "home", "1.1.0", "--root", root, check=False)
        run("unblock", "home", "1.0.0", "--root", root, check=False)
        times.append(wall(modelpack, "rollback", "home", "--root", root))
    figure("a rollback, the whole command, median of 25", statistics.median(times) * 1000, 20, " ms")
    figure("requests", len(server.requests), 0, digits=0)
    subprocess.run(["chmod", "-R", "u+w", memory], check=True)

sys.exit(1 if failures else 0)
