#!/usr/bin/env python3
"""bench-engine.py MODELPACK LLAMA_BIN OUT: our engine beside llama.cpp's on SmolLM2-135M, in turn, in one run.

OUT holds smollm2-f32.gguf, q4_0.gguf, q8_0.gguf and f16.gguf. Prints Markdown tables of medians and ratios.
"""
import json
import os
import statistics
import subprocess
import sys
import time

modelpack, llama, out = sys.argv[1:4]
rounds = int(os.environ.get("ROUNDS", "5"))
cores = os.cpu_count()
PROMPT = "The reference engine gives the same bits on every processor, so a golden test of it can never flake or"
TEXT = "/usr/share/common-licenses/GPL-3"


def output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def ours(model, threads):
    found = json.loads(output(modelpack, "bench", model, "--threads", str(threads), "--repetitions", "1", "--json"))
    return found["prefill_tokens_per_second"], found["decode_tokens_per_second"], found["peak_memory_bytes"]


def theirs(model, threads):
    rows = json.loads(
        output(f"{llama}/llama-bench", "-m", model, "-t", str(threads), "-p", "512", "-n", "128", "-r", "1", "-o", "json"))
    return tuple(next(r["avg_ts"] for r in rows if (r["n_prompt"] > 0) == prefill) for prefill in (True, False))


def seconds(command):
    start = time.monotonic()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def speed():
    print(f"| tokens a second, medians of {rounds} rounds in turn | threads | ours | llama.cpp | ratio |")
    print("|---|---|---|---|---|")
    peaks = {}
    for kind in ("q4_0", "q8_0", "f16"):
        model = f"{out}/{kind}.gguf"
        for threads in sorted({1, cores}):
            mine, other = [], []
            for _ in range(rounds):
                mine.append(ours(model, threads))
                other.append(theirs(model, threads))
            for column, what in enumerate(("reading 512", "generating 128")):
                a = statistics.median(run[column] for run in mine)
                b = statistics.median(run[column] for run in other)
                print(f"| {kind.upper()}, {what} | {threads} | {a:.1f} | {b:.1f} | {a / b:.2f} |", flush=True)
            peaks[kind] = max(run[2] for run in mine)
    return peaks


def memory(peaks):
    # 30 layers, 3 heads of 64 for keys and for values, binary32, 512 positions.
    cache = 512 * 30 * 2 * 3 * 64 * 4
    print("\n| most memory, reading 512 tokens, MB | weights | key-value cache | ours | above both |\n|---|---|---|---|---|")
    for kind, peak in peaks.items():
        weights = os.path.getsize(f"{out}/{kind}.gguf")
        print(f"| {kind.upper()} | {weights / 1e6:.1f} | {cache / 1e6:.1f} | {peak / 1e6:.1f} "
              f"| {(peak - weights - cache) / 1e6:.1f} |")


def first_token():
    model = f"{out}/q4_0.gguf"
    mine = [modelpack, "run", model, "--raw", "--prompt", PROMPT, "--max-tokens", "1", "--quiet"]
    other = [f"{llama}/llama-completion", "-m", model, "-p", PROMPT, "-n", "1", "-no-cnv", "-t", str(cores)]
    a, b, c = [], [], []
    for _ in range(2 * rounds):
        a.append(seconds(mine))
        b.append(seconds(other))
        c.append(seconds([*other, "--no-warmup"]))
    a, b, c = map(statistics.median, (a, b, c))
    count = len(json.loads(output(modelpack, "tokenize", model, input=PROMPT)))
    print(f"\nWhole process to the first token of a {count}-token prompt, Q4_0, warm cache, {cores} threads: ours {a:.3f} s, "
          f"llama-completion {b:.3f} s (ratio {a / b:.2f}), with --no-warmup {c:.3f} s (ratio {a / c:.2f}).")


def perplexity():
    print("\n| perplexity of the GPL-3's text, context 512 | ours | llama-perplexity | difference |\n|---|---|---|---|")
    for kind in ("f16", "q8_0", "q4_0"):
        model = f"{out}/{kind}.gguf"
        a = json.loads(output(modelpack, "score", model, "--text", TEXT, "--json"))["perplexity"]
        log = subprocess.run(
            [f"{llama}/llama-perplexity", "-m", model, "-f", TEXT, "-c", "512", "-b", "512", "-t", str(cores)],
            check=True, capture_output=True, text=True)
        b = float((log.stdout + log.stderr).split("Final estimate: PPL = ")[1].split()[0])
        print(f"| {kind.upper()} | {a:.4f} | {b:.4f} | {(a / b - 1) * 100:+.3f} % |", flush=True)


if __name__ == "__main__":
    peaks = speed()
    memory(peaks)
    first_token()
    perplexity()
