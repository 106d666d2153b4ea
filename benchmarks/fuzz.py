"""What a stranger or an attacker may hand to the program, at random: no traceback, no wrong status, no missed limit.

    python benchmarks/fuzz.py loader --cases 100000 --seed 0
    python benchmarks/fuzz.py commands --cases 10000 --seed 0
    python benchmarks/fuzz.py certificates --cases 100000
    python benchmarks/fuzz.py coq --cases 300
    python benchmarks/fuzz.py commands --seed 0 --only 17      # one case again, with what was printed

`loader` reads mutants of game files and normal forms: a game, or one printable line that names the file; and what was
read is written and read again. `commands` runs the command line in a process of its own: the status is 0, 1, 2 or 3 (1
only where something can be refuted), bad input is one line, limits hold with a few seconds of grace, `--json` is JSON,
nothing temporary is left behind. `certificates` and `coq` hand mutants to the checkers: what is accepted is true by an
independent evaluation, or is the same theorem. Case N of a seed is always the same. The exit status is 1 where a fault
was found.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mutations import mutate_claim, mutate_coq, mutate_game, mutate_normal_form, mutate_text, vary_game

from berknash import cli
from berknash.symbolic.errors import BerknashError, GameError, LabelWarning
from berknash.symbolic.game.game import Game, load_game, read_game_text
from berknash.symbolic.game.writing import write_game
from berknash.symbolic.interchange.gambit import read_gbt, read_nfg, write_nfg
from berknash.symbolic.interchange.normal_form import from_payoff_matrices

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
LIMIT_SECONDS = 1
GRACE_SECONDS = 7
MEMORY = 3 * 2**30
REFUTABLE = ("prove", "check", "design", "confirm")
EXPECTED = {"0", "1", "2", "3"}

Fault = str | None


def game_files() -> list[Path]:
    """The example games, in order."""
    return [path for path in sorted(EXAMPLES.rglob("*.toml")) if path.name != "claims.toml"]


def _source(seed: int, number: int) -> random.Random:
    return random.Random(f"{seed}/{number}")


def is_printable_line(text: str) -> bool:
    """Whether the text is one line without control characters.

    >>> is_printable_line("g.toml: players: missing"), is_printable_line("a" + chr(27))
    (True, False)
    """
    return bool(text) and all(character.isprintable() for character in text)


# Loader


def _random_normal_form(source: random.Random) -> str:
    shape = [source.randint(1, 3) for _ in range(source.randint(1, 3))]

    def array(sizes: list[int]) -> Any:
        return (
            [array(sizes[1:]) for _ in range(sizes[0])] if sizes else f"{source.randint(-9, 9)}/{source.randint(1, 9)}"
        )

    return write_nfg(from_payoff_matrices([array(shape) for _ in shape], name="drawn"))


def loader_case(seed: int, number: int) -> tuple[str, Fault]:
    """Reads one mutant: what became of it, and the fault where there is one."""
    source = _source(seed, number)
    if source.random() < 0.85:
        text = mutate_game(source.choice(game_files()).read_text("utf-8"), source)
        read: Callable[..., Game] = read_game_text
    else:
        text = mutate_normal_form(_random_normal_form(source), source)
        read = source.choice((read_nfg, read_nfg, read_gbt))
    try:
        game = read(text, where="mutant.toml")
    except BerknashError as error:
        if not is_printable_line(str(error)):
            return "fault", f"message is not one printable line: {str(error)!r:.200}"
        if not str(error).startswith("mutant.toml") and isinstance(error, GameError):
            return "fault", f"message does not name the file: {error}"
        return "refused", None
    except RecursionError as error:
        return "fault", f"RecursionError: {error}"
    again = read_game_text(write_game(game), where="mutant.toml")
    return ("read", None) if again == game else ("fault", "written and read again, the game is another")


# Commands


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of the command line ended."""

    status: str
    output: str
    errors: str
    seconds: float


def run_command(arguments: list[str], folder: Path, seconds: float) -> Outcome:
    """Runs the command line in a forked process with bounded memory; ended after the seconds given."""
    output, errors = folder / ".stdout", folder / ".stderr"
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.chdir(folder)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        for descriptor, path in ((1, output), (2, errors)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        status = 99
        try:
            sys.argv = [
                "berknash",
                *arguments,
            ]  # without arguments of its own, main keeps to its limits as a program does
            status = cli.main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
        finally:
            for stream in (sys.stdout, sys.stderr):
                if not stream.closed:
                    stream.flush()
            os._exit(status)
    while True:
        ended, how = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() - start > seconds:
            os.killpg(child, signal.SIGTERM)
            time.sleep(0.5)
            if os.waitpid(child, os.WNOHANG)[0] == 0:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
            how = None
            break
        time.sleep(0.005)
    status = "hung" if how is None else str(os.waitstatus_to_exitcode(how))
    spent = time.monotonic() - start
    texts = [path.read_text("utf-8", errors="backslashreplace") for path in (output, errors)]
    for path in (output, errors):
        path.unlink()
    return Outcome(status, *texts, spent)


def draw_command(source: random.Random, folder: Path) -> list[str]:
    """Arguments of a random command; the files it reads are written into the folder."""
    text = source.choice(game_files()).read_text("utf-8")
    game = read_game_text(text, where="game")
    free = bool(game.parameters) or source.random() < 0.1  # a parameter that is none is asked for now and then
    parameters = [parameter.name for parameter in game.parameters] or ["p"]
    actions = list(game.players[0].actions)
    name = "game.toml"
    if source.random() < 0.5:
        text = source.choice((vary_game, vary_game, mutate_game))(text, source)
    if source.random() < 0.1:
        name, text = "game.nfg", mutate_normal_form(_random_normal_form(source), source)
    (folder / name).write_bytes(text.encode("utf-8", errors="surrogatepass"))

    def value() -> str:
        if source.random() < 0.7:
            return source.choice(("1/2", "1/3", "0.7", "2/7", "3/11"))
        return source.choice(("0", "1", "-1", "1e3", "nan", "1/0", "p", "", "10**400"))

    def some(names: list[str]) -> str:
        if source.random() < 0.6:
            return ",".join(source.sample(names, source.randint(1, min(2, len(names)))))
        return ",".join(source.sample(names, source.randint(0, len(names)))) or source.choice(
            ("", "zz", ",", parameters[0])
        )

    def point(every: bool = False) -> list[str]:
        chosen = parameters if every else source.sample(parameters, source.randint(0, len(parameters)))
        return ["--at", ",".join(f"{parameter}={value()}" for parameter in chosen)]

    def claim() -> str:
        plain = f"strict({actions[0]})"
        claim = source.choice((plain, f"{parameters[0]} > 1/2 => unique({actions[-1]})")) if free else plain
        return mutate_claim(claim, parameters, actions, source) if source.random() < 0.6 else claim

    command = source.choice(
        (*("solve", "phases", "when", "prove", "solve", "phases", "when", "prove", "when", "prove"),
         *("conjectures", "check", "design", "robustness", "confirm", "simulate", "report"))
    )  # fmt: skip
    arguments = [command, name]
    if command == "check":
        (folder / "c.json").write_text(
            mutate_text('{"format": 1, "kind": "statement", "claim": ["<", "0", "1"]}', source)
        )
        return ["check", source.choice(("c.json", name, ".", "missing", "c.json"))]
    if command in ("when", "prove"):
        arguments.append(claim())
    if command == "design":
        arguments += ["--safe", source.choice((*actions, "x")), "--for", some(parameters), "--choose", some(parameters)]
        arguments += ["--in", claim()] if source.random() < 0.3 else []
    if command == "simulate":
        arguments += ["--agents", source.choice(("1", "10", "100", "50", "0", "99999999999")), "--periods", "20"]
        arguments += ["--seed", source.choice(("0", "7", "12", "-1", "9" * 30))]
    if command in ("phases", "confirm", "report", "conjectures", "robustness"):
        arguments += ["--over", some(parameters)] if free and source.random() < 0.5 else []
    if free and (command in ("robustness", "simulate") or source.random() < 0.4):
        arguments += point(command in ("robustness", "simulate"))
    if command == "report":
        arguments += ["--out", source.choice(("out", "out", "out", "out", "game.toml", "a/b", "."))]
    elif command == "prove" and source.random() < 0.3:
        arguments += ["--out", source.choice(("out", "out", "game.toml"))]
    if command not in ("report", "check") and source.random() < 0.5:
        arguments.append("--json")
    if command == "phases" and source.random() < 0.2:
        arguments += ["--picture", source.choice(("p.svg", "p.tex", "p.png", "p.pdf", "p.gif", "no/p.svg"))]
    return [*arguments, "--limit-seconds", str(LIMIT_SECONDS)]


def command_fault(arguments: list[str], outcome: Outcome, folder: Path) -> Fault:
    """What is wrong with how the command ended, None where nothing is."""
    command, last = arguments[0], (outcome.errors.strip().splitlines() or [""])[-1]
    if outcome.status not in EXPECTED:
        return f"status {outcome.status}: {last:.200}"
    if "Traceback (most recent call last)" in outcome.errors + outcome.output:
        return "traceback"
    if outcome.status == "1" and command not in REFUTABLE:
        return f"status 1 from {command}: {last:.200}"
    speaker = "berknash" if command != "check" else ""  # the small checker runs alone too, and names the file only
    if outcome.status == "2" and not (last.startswith(speaker) and is_printable_line(last)):
        return f"status 2 without one line that says why: {last!r:.200}"
    if outcome.seconds > LIMIT_SECONDS + GRACE_SECONDS:
        return f"took {outcome.seconds:.0f} s under a limit of {LIMIT_SECONDS} s"
    strange = [c for c in outcome.output + outcome.errors if not (c.isprintable() or c in "\n\r\u200b")]
    if strange:
        return f"printed {strange[0]!r}"
    if "--json" in arguments and outcome.status in ("0", "3") and outcome.output.strip():
        try:
            json.loads(outcome.output)
        except ValueError:
            return "--json printed no JSON"
    left = [path.name for path in folder.rglob("*") if path.name.startswith(".") or path.suffix in (".part", ".tmp")]
    return f"left {left[0]} behind" if left else None


def command_case(seed: int, number: int, show: bool = False) -> tuple[str, Fault]:
    """Runs one command on mutants."""
    source = _source(seed, number)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        arguments = draw_command(source, folder)
        outcome = run_command(arguments, folder, LIMIT_SECONDS + 4 * GRACE_SECONDS)
        fault = command_fault(arguments, outcome, folder)
        if show:
            print(arguments, *(path.read_text() for path in folder.glob("game.*")), outcome, sep="\n")
    return f"{arguments[0]} {outcome.status}", None if fault is None else f"{fault} {arguments}"


# Checkers


def certificate_case(seed: int, number: int) -> tuple[str, Fault]:
    """Hands one mutant of a certificate to the small checker."""
    from certificate_mutants import judged_mutant

    accepted, fault = judged_mutant(_source(seed, number))
    return ("accepted" if accepted else "rejected"), fault


def coq_case(seed: int, number: int) -> tuple[str, Fault]:
    """Hands one mutant of an exported Coq file to the checker.

    What it accepts states the theorem of the original, or the same from fewer hypotheses: Coq has proved that.
    """
    from berknash.proofs.claims.claim_proofs import prove_claim
    from berknash.proofs.coq.checking import check_coq

    source = _source(seed, number)
    game = load_game(EXAMPLES / "sycophancy.toml")
    text = prove_claim(game, "h + l == 1 and p > 1/2 and q < 1/2 => unique(truthful)").to_coq()
    mutant = mutate_coq(text, source)
    verdict = check_coq(mutant)
    if not verdict.accepted:
        fault = (
            None
            if is_printable_line(verdict.message)
            else f"message is not one printable line: {verdict.message!r:.200}"
        )
        return "rejected", fault
    original = check_coq(text)
    if verdict == original:
        return "the same", None
    pairs = zip(verdict.statements, original.statements, strict=True)
    stronger = replace(verdict, statements=original.statements) == original and all(
        _has_no_further_hypotheses(mine, known) for mine, known in pairs
    )
    return ("stronger" if stronger else "accepted"), None if stronger else f"accepted another statement: {verdict}"


def _has_no_further_hypotheses(statement: str, known: str) -> bool:
    """Whether a statement ``... -> hypothesis -> conclusion`` is another one with some hypotheses left out."""
    (bound, _, body), (names, _, whole) = statement.partition(", "), known.partition(", ")
    *hypotheses, conclusion = body.split(" -> ")
    *others, same = whole.split(" -> ")
    return (bound, conclusion) == (names, same) and set(hypotheses) <= set(others)


CASES: dict[str, Callable[[int, int], tuple[str, Fault]]] = {
    "loader": loader_case,
    "commands": command_case,
    "certificates": certificate_case,
    "coq": coq_case,
}


def _chunk(job: tuple[str, int, int, int]) -> tuple[Counter[str], list[tuple[int, str]]]:
    """Runs the cases from the third number to before the fourth; counts, and faults by number."""
    kind, seed, start, end = job
    warnings.simplefilter("ignore", LabelWarning)  # mutants of labels are told so, rightly
    counts: Counter[str] = Counter()
    faults: list[tuple[int, str]] = []
    for number in range(start, end):
        try:
            what, fault = CASES[kind](seed, number)
        except Exception as error:  # any exception is what is looked for
            what, fault = "fault", f"{type(error).__name__}: {error!s:.200}"
        counts[what] += 1
        if fault is not None:
            faults.append((number, fault))
    return counts, faults


def run(
    kind: str, seed: int, cases: int, workers: int, first: int = 0
) -> Iterator[tuple[Counter[str], list[tuple[int, str]]]]:
    """Runs the cases in parallel and yields counts and faults, in order."""
    size = max(1, min(500 if kind in ("loader", "certificates") else 20, cases // max(1, workers)))
    jobs = [(kind, seed, start, min(first + cases, start + size)) for start in range(first, first + cases, size)]
    if workers <= 1:
        yield from map(_chunk, jobs)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_chunk, jobs)


def main() -> int:
    """Runs the cases asked for, prints counts and faults."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("kind", choices=tuple(CASES))
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", type=int)
    arguments = parser.parse_args()
    if arguments.only is not None:
        if arguments.kind == "commands":
            print(command_case(arguments.seed, arguments.only, show=True)[1])
        else:
            print(CASES[arguments.kind](arguments.seed, arguments.only))
        return 0
    total: Counter[str] = Counter()
    found: list[tuple[int, str]] = []
    for counts, faults in run(arguments.kind, arguments.seed, arguments.cases, arguments.workers, arguments.first):
        total += counts
        found += faults
        for number, fault in faults:
            print(f"case {number}: {fault}", flush=True)
    print(
        f"{sum(total.values())} cases, {len(found)} faults; " + ", ".join(f"{k}: {n}" for k, n in sorted(total.items()))
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
