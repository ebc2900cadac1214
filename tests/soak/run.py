"""Which long tests run for how long, and what is written of them: laws, histories, changes, fuzz,
mutation.

``make soak`` runs all for SOAK_MINUTES (30 where it says nothing) and writes tests/soak/results.txt. One alone:

    python -m soak laws --times 50 --seed 7
    python -m soak histories --seed 7 --count 1000000
    python -m soak histories --seed 7 --first 4711 --count 1      (one life again)
    python -m soak changes --seed 7 --count 5000
    python -m soak fuzz --seed 7 --seconds 60 [--reader exact] [--input 4711]
    python -m soak mutation [--file money/rounding.py]
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from soak.changes import live_contract
from soak.fuzz import fuzz, input_of, readers, try_one
from soak.histories import live, lives
from soak.mutate import ROOMS, mutate
from support.sources import ROOT

RESULTS = Path(__file__).with_name("results.txt")
# What part of the time each long test is given.
SHARES = {"laws": 0.2, "histories": 0.2, "changes": 0.1, "fuzz": 0.1, "mutation": 0.4}
# What the examples of `make test` take once; the multiplier is chosen by it.
LAWS_SECONDS = 100


class Report:
    """Lines as they are said, on the screen and in the results; whether anything was found."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.is_broken = False

    def say(self, line: str = "") -> None:
        """Write a line."""
        self.lines.append(line)
        print(line, flush=True)

    def broken(self, line: str) -> None:
        """Write down a violation."""
        self.is_broken = True
        self.say(f"VIOLATION {line}")


def laws(report: Report, seed: int, times: int, seconds: float = 1e9) -> None:
    """Try every law of tests/properties with so many times the examples."""
    report.say(f"== laws: {times} times the examples of make test, seed {seed}")
    report.say(f"   replay: SOAK={times} SOAK_SEED={seed} python -m pytest tests/properties")
    environment = os.environ | {"SOAK": str(times), "SOAK_SEED": str(seed)}
    started = time.monotonic()
    command = [sys.executable, "-m", "pytest", "tests/properties", "-m", "not wide", "-rfE", "--tb=short"]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds * 4)
    except subprocess.TimeoutExpired:
        report.broken(f"laws: not done after {seconds * 4:.0f} s; nothing is known of them")
        return
    summary = [line for line in done.stdout.splitlines() if re.match(r"FAILED|ERROR|[0-9]+ (passed|failed)", line)]
    for line in summary:
        (report.say if done.returncode == 0 else report.broken)(line)
    if done.returncode and not summary:
        report.broken(f"laws: pytest ended with {done.returncode}: {done.stderr[-500:]}")
    if done.returncode:
        print(done.stdout)
    report.say(f"   {time.monotonic() - started:.0f} s")


def histories(
    report: Report, seed: int, workers: int, *, count: int, seconds: float, first: int = 0, what: str = "histories"
) -> None:
    """Live random lives: of books, or of contracts that change."""
    report.say(f"== {what}: seed {seed}, numbers from {first}, {workers} processes")
    live_one = live_contract if what == "changes" else live
    told = lives(seed, count=count, seconds=seconds, first=first, workers=workers, live_one=live_one)
    rate = told.seen["histories"] / max(told.seconds, 0.001)
    report.say(f"   {told.seen['histories']} histories in {told.seconds:.0f} s, {rate:.1f} a second")
    report.say("   " + ", ".join(f"{many} {name}" for name, many in sorted(told.seen.items()) if name != "histories"))
    if told.broken is not None:
        report.broken(f"history {told.broken} of seed {seed}: {told.said[:2_000]}")
        report.say(f"   replay: python -m soak {what} --seed {seed} --first {told.broken} --count 1")


def fuzzing(report: Report, seed: int, seconds: float, only: str = "") -> None:
    """Feed every reader for some seconds each."""
    report.say(f"== fuzz: seed {seed}, {seconds:.0f} s for each reader")
    for reader in readers():
        if only in ("", reader.name):
            count, slowest, violation = fuzz(reader, seed, seconds)
            report.say(f"   {reader.name:22} {count:8} inputs, slowest {slowest * 1000:4.0f} ms")
            if violation:
                report.broken(f"fuzz: {violation}")


def mutation(report: Report, seed: int, workers: int, *, seconds: float, files: tuple[str, ...]) -> None:
    """Make mistakes in our sources; report the score and list who survived."""
    report.say(f"== mutation: order by seed {seed}, {workers} processes; our own mutator (tests/soak/mutate.py)")
    verdicts = mutate(files, seed, seconds=seconds, workers=workers)
    for file, verdict in verdicts.items():
        counted = verdict.tried - verdict.equivalent
        found = verdict.killed + verdict.slow
        score = f"{found * 1000 // counted / 10} %" if counted else "none tried"
        report.say(
            f"   {file:24} {verdict.tried} of {verdict.total} tried: {verdict.killed} killed, {verdict.slow} by time, "
            f"{verdict.equivalent} equivalent, {len(verdict.survivors)} survived; score {score}"
        )
        for survivor in verdict.survivors:
            report.say(f"     survived {survivor}")


def everything(report: Report, seed: int, workers: int, minutes: float) -> None:
    """Run all four, each for its part of the time."""
    seconds = {name: share * minutes * 60 for name, share in SHARES.items()}
    report.say("make soak: what was run, and what it found")
    report.say(f"SOAK_MINUTES={minutes:g}, seed {seed}, Python {platform.python_version()}, {workers} processes")
    report.say("A seed replays what it drew with the sources of the same commit.")
    report.say()
    laws(report, seed, max(1, int(seconds["laws"] / LAWS_SECONDS)), seconds["laws"])
    histories(report, seed, workers, count=10**9, seconds=seconds["histories"])
    histories(report, seed, workers, count=10**9, seconds=seconds["changes"], what="changes")
    fuzzing(report, seed, seconds["fuzz"] / len(readers()))
    mutation(report, seed, workers, seconds=seconds["mutation"], files=tuple(ROOMS))
    report.say()
    report.say("violations: see above" if report.is_broken else "violations: none")


def one_input(seed: int, only: str, number: int) -> None:
    """Show one input of the fuzzing and read it."""
    for reader in readers():
        if reader.name == only:
            data = input_of(reader, seed, number)
            print(data)
            print(f"{try_one(reader, data) * 1000:.0f} ms")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line names; 1 where a law was broken."""
    parser = argparse.ArgumentParser(
        prog="python -m soak", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", nargs="?", default="all", choices=["all", *SHARES])
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument(
        "--workers",
        type=int,
        default=max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1),
    )
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("SOAK_MINUTES") or 30))
    parser.add_argument("--times", type=int, default=10, help="laws: how many times the examples")
    parser.add_argument("--count", type=int, default=10**9, help="histories: how many")
    parser.add_argument("--first", type=int, default=0, help="histories: the number of the first")
    parser.add_argument(
        "--seconds", type=float, default=1e9, help="histories in all, fuzz for each reader, mutation in all"
    )
    parser.add_argument("--reader", default="", help="fuzz: one reader alone")
    parser.add_argument("--input", type=int, help="fuzz: read this input of the reader again and show it")
    parser.add_argument("--file", choices=list(ROOMS), help="mutation: one file alone")
    told = parser.parse_args(arguments)
    report = Report()
    if told.what == "fuzz" and told.input is not None:
        one_input(told.seed, told.reader, told.input)
        return 0
    runs: dict[str, Callable[[], None]] = {
        "all": lambda: everything(report, told.seed, told.workers, told.minutes),
        "laws": lambda: laws(report, told.seed, told.times),
        "histories": lambda: histories(
            report, told.seed, told.workers, count=told.count, seconds=told.seconds, first=told.first
        ),
        "changes": lambda: histories(
            report, told.seed, told.workers, count=told.count, seconds=told.seconds, first=told.first, what="changes"
        ),
        "fuzz": lambda: fuzzing(report, told.seed, min(told.seconds, 3600), told.reader),
        "mutation": lambda: mutation(
            report, told.seed, told.workers, seconds=told.seconds, files=(told.file,) if told.file else tuple(ROOMS)
        ),
    }
    runs[told.what]()
    if told.what == "all":
        RESULTS.write_text("\n".join(report.lines) + "\n", encoding="utf-8", newline="\n")
    return int(report.is_broken)
