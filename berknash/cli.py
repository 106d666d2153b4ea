"""The command line. Results go to stdout, messages to stderr; the exit status says how it ended:

0 done (proved, valid) -- 1 refuted or a check failed -- 2 bad input or usage -- 3 undecided within the limits
-- 70 a defect of the program; BERKNASH_TRACEBACK=1 in the environment shows where.

As a program each command runs in a process of its own, which is ended at its limits (`supervised`).

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

import argparse
import io
import json
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from .progress import NoProgress, ProgressLine
    from .proofs.claims.verdict import Verdict
    from .supervised import Report
    from .symbolic.errors import BerknashError
    from .symbolic.game.game import Game
    from .symbolic.limits import SolveLimits
    from .symbolic.solving.measures import PhaseMeasure

Arguments = argparse.Namespace


class _Parser(argparse.ArgumentParser):
    """Usage errors in one line, exit status 2."""

    def error(self, message: str) -> NoReturn:
        from .symbolic.plain_text import one_line

        self.exit(2, one_line(f"{self.prog}: {message}; see {self.prog} --help") + "\n")


def _parser() -> argparse.ArgumentParser:
    from . import __version__
    from .command_limits import add_limits, default_seconds

    parser = _Parser(
        prog="berknash",
        description="Exact Berk-Nash equilibria, rationalizable sets and phase diagrams of misspecified games.",
    )
    parser.add_argument("--version", action="version", version=f"berknash {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(
        name: str, run: Callable[[Arguments], int], summary: str, *, game: bool = True
    ) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=summary, description=summary)
        sub.set_defaults(run=run)
        add_limits(sub, default_seconds(name), *(("--seconds",) if name == "prove" else ()))
        if game:
            sub.add_argument("game", metavar="GAME", help="a game file (TOML), or a normal form (.nfg, .gbt)")
        return sub

    def with_at(sub: argparse.ArgumentParser, required: bool = False) -> None:
        sub.add_argument(
            "--at",
            metavar="p=7/10,q=3/10",
            default="",
            required=required,
            help="fix parameters exactly (rationals or decimals)",
        )

    def with_over(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--over", metavar="p,q", default="", help="parameters to write conditions in (default: all free ones)"
        )

    def with_json(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--json", action="store_true", help="print the result as JSON")

    def with_effort(sub: argparse.ArgumentParser) -> None:
        sub.add_argument(
            "--effort",
            type=_amount,
            default=1.0,
            metavar="K",
            help="search for proofs K times as long, in counts (default: 1)",
        )

    def with_solve_limits(sub: argparse.ArgumentParser) -> None:
        for name, what in _SOLVE_LIMITS.items():
            sub.add_argument(f"--limit-{name.replace('_', '-')}", type=_positive, metavar="N", help=what)

    solve = command("solve", _solve, "all equilibria, the rationalizable set and the transition graph, exactly")
    with_at(solve)
    with_json(solve)
    with_solve_limits(solve)
    solve.add_argument(
        "--welfare", action="store_true",
        help="of each equilibrium the true and the believed payoff, and the loss against the best reply to the truth",
    )  # fmt: skip
    phases = command("phases", _phases, "the exact phase decomposition of the free parameters")
    with_over(phases)
    with_at(phases)
    with_json(phases)
    phases.add_argument("--limit-cells", type=_positive, metavar="N", help="stop with an error beyond N cells")
    with_solve_limits(phases)
    phases.add_argument(
        "--picture", type=_picture_file, metavar="FILE", help="also draw it: a .png, .pdf, .svg or .tex (TikZ) file"
    )
    phases.add_argument("--measure", action="store_true", help="also the exact or certified share of each phase")
    when = command("when", _when, "the exact condition on the free parameters under which a claim holds")
    when.add_argument("claim", metavar="CLAIM", help='for example "strict(truthful)" or "unique(safe) and p > q"')
    with_at(when)
    when.add_argument(
        "--within", metavar="h,l", default="", help="condition on these alone, for all values of the other parameters"
    )
    with_json(when)
    with_solve_limits(when)
    prove = command("prove", _prove, "prove or refute a claim for all parameter values")
    prove.add_argument("claim", metavar="CLAIM", help='"HYPOTHESIS => CLAIM"')
    with_at(prove)
    with_json(prove)
    with_effort(prove)
    prove.add_argument("--coq", metavar="FILE.v", default="", help="write theorem and proof as a Coq file")
    prove.add_argument("--out", metavar="DIR", default="", help="write certificate and LaTeX theorem into this folder")
    suggest = command("conjectures", _conjectures, "the phases as theorems, and claims that hold everywhere or almost")
    with_over(suggest)
    with_at(suggest)
    with_json(suggest)
    with_effort(suggest)
    suggest.add_argument("--no-proofs", action="store_true", help="leave the proofs out")
    check = command("check", _check, "re-check a certificate with the small independent checker", game=False)
    check.add_argument("certificate", metavar="CERTIFICATE", help="a certificate (JSON) or a Coq file (.v)")
    design = command("design", _design, "all models that make an action safe in every environment of a region")
    design.add_argument("--safe", metavar="ACTION", required=True, help="the action that must be safe")
    design.add_argument("--for", dest="environment", metavar="p,q", required=True, help="environment parameters")
    design.add_argument("--choose", metavar="h,l", required=True, help="parameters of the models to be chosen")
    design.add_argument("--in", dest="region", metavar="REGION", default="", help='for example "p > 3/5 and q < 2/5"')
    design.add_argument(
        "--goal",
        default="rationalizable_only",
        choices=("rationalizable_only", "strict", "absorbing", "unique"),
        help="what safe means (default: rationalizable_only)",
    )
    with_at(design)
    with_json(design)
    design.add_argument("--out", metavar="DIR", default="", help="write the certificates into this folder")
    design.add_argument("--coq", metavar="FILE.v", default="", help="write theorem and proof as a Coq file")
    robust = command("robustness", _robustness, "how far a point is from the nearest change of structure")
    with_at(robust, required=True)
    with_over(robust)
    with_json(robust)
    confirm = command("confirm", _confirm, "recompute every boundary numerically, from both sides and on it")
    with_over(confirm)
    with_at(confirm)
    with_json(confirm)
    simulate = command("simulate", _simulate, "Bayesian learners against the prediction")
    with_at(simulate)
    with_json(simulate)
    simulate.add_argument("--agents", type=_positive, default=200, metavar="N", help="number of learners")
    simulate.add_argument("--periods", type=_positive, default=2000, metavar="T", help="rounds each one plays")
    simulate.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the random numbers")
    report = command("report", _report, "everything as a section of a paper, in a folder")
    with_over(report)
    with_at(report)
    report.add_argument(
        "--out", type=_folder, metavar="DIR", default="out", help="the folder to write (default: out)"
    )
    with_effort(report)
    report.add_argument("--no-certificates", action="store_true", help="look for no certificates of the phases")
    report.add_argument(
        "--label-boundaries", action="store_true", help="number the boundaries in the pictures, with exact equations"
    )
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _picture_file(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() not in (".png", ".pdf", ".svg", ".tex"):
        raise argparse.ArgumentTypeError(f"{text} must end in .png, .pdf, .svg or .tex")
    return path


def _amount(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not a positive number")
    return value


def _folder(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("an empty name is no folder")
    return text


def read_point(text: str, option: str = "--at") -> dict[str, str]:
    """``p=7/10,q=3/10`` as a dictionary of texts; raises GameError on anything else.

    Examples
    --------
    >>> read_point("p=7/10, q=0.3")
    {'p': '7/10', 'q': '0.3'}
    """
    from .symbolic.errors import GameError

    point: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not value:
            raise GameError(f"{option} {part}: write parameter=value, for example p=7/10")
        if name in point:
            raise GameError(f"{option} {name}: given twice; keep one value")
        point[name] = value
    return point


def _names(text: str) -> list[str] | None:
    names = [part.strip() for part in text.split(",") if part.strip()]
    return names or None


def _load(arguments: Arguments) -> Game:
    """The game of the command, with a line on stderr for every label that could not be kept."""
    from .symbolic.errors import LabelWarning
    from .symbolic.interchange.loading import load

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", LabelWarning)
        game = load(arguments.game)
    for entry in caught:
        if issubclass(entry.category, LabelWarning):
            _remark([f"berknash: note: {entry.message}"])
        else:
            warnings.warn_explicit(entry.message, entry.category, entry.filename, entry.lineno)
    report = getattr(arguments, "report", None)
    if report is not None:
        from .cut_short import remedy_for

        report.advise(remedy_for(game, read_point(getattr(arguments, "at", ""))))
    return game


@contextmanager
def _progress(arguments: Arguments, share: float = 0.9) -> Iterator[ProgressLine | NoProgress]:
    """Work that is to stop by itself near the limit of the command, with a line on stderr where it is a terminal."""
    from .command_limits import deadline_of
    from .progress import progress
    from .symbolic.errors.running import within

    with within(deadline_of(arguments, share)), progress(sys.stderr, arguments.command) as line:
        yield line


def _emit(document: Any) -> None:
    print(json.dumps(document, indent=2, ensure_ascii=False))


_SOLVE_LIMITS = {
    "pairs": "stop beyond N pairs (several players: profiles) of supports",
    "minors": "stop with an error beyond N minors, where at most one parameter is free",
    "symbolic_minors": "stop with an error beyond N minors, where several parameters are free",
    "nodes": "go no further than N nodes of the trees of sign vectors",
    "searches": "leave entries unwitnessed beyond N searches for a point of them",
    "bases": "stop beyond N bases of envelopes, with signals or several players",
    "corners": "stop beyond N bases of a polytope of mixtures, two players with rational payoffs",
    "entries": "list at most N equilibria of two players with rational payoffs, and name the rest",
    "transitions": "list at most N transitions between profiles of several players",
}


def _solve_limits(arguments: Arguments) -> SolveLimits | None:
    """The limits given on the command line, None where none is."""
    from .symbolic.limits import SolveLimits

    given = {name: getattr(arguments, f"limit_{name}") for name in _SOLVE_LIMITS}
    given = {name: value for name, value in given.items() if value is not None}
    return SolveLimits(**given) if given else None


def _solve(arguments: Arguments) -> int:
    from .symbolic.solving.sampled import note_structures, or_points
    from .symbolic.solving.solve import solve

    game, point = _load(arguments), read_point(arguments.at)
    with _progress(arguments), or_points(game, point, note_structures):
        solution = solve(game, point, _solve_limits(arguments))
        worths = None
        if arguments.welfare:
            from .symbolic.solving.welfare import welfare

            worths = welfare(solution)
    if arguments.json:
        document = solution.to_json()
        for entry, worth in zip(document["equilibria"], worths or (), strict=False):
            entry["welfare"] = worth.to_json()
        _emit(document)
    else:
        from .printout import solution_text

        print(solution_text(solution, worths))
    return 3 if solution.undecided else 0


def _phases(arguments: Arguments) -> int:
    from .proofs.files import check_places
    from .symbolic.decomposition.limits import MOST_CELLS, Limits
    from .symbolic.solving.sampled import note_structures, or_points
    from .symbolic.solving.solve import phases

    game, point = _load(arguments), read_point(arguments.at)
    if arguments.picture is not None:
        check_places([arguments.picture])
    with _progress(arguments) as line, or_points(game, point, note_structures):
        limits = Limits(arguments.limit_cells or MOST_CELLS, None, line)
        diagram = phases(game, _names(arguments.over), point, limits, _solve_limits(arguments))
    measures: tuple[PhaseMeasure, ...] = ()
    if arguments.measure:
        from .symbolic.solving.measures import phase_measures

        measures = phase_measures(diagram)
    if arguments.picture is not None:
        from .proofs.report.pictures import write_phase_picture

        written = write_phase_picture(arguments.picture, diagram)
        remarks = [f"at {', '.join(f'{name} = {value}' for name, value in written.fixed)}"] if written.fixed else []
        if written.hidden:
            remarks.append(f"without the phases {', '.join(written.hidden)}, which do not show")
        print("; ".join([f"picture: {arguments.picture}", *remarks]), file=sys.stderr)
    if arguments.json:
        document = diagram.to_json()
        if arguments.measure:
            document["measures"] = [measure.to_json() for measure in measures]
        _emit(document)
    else:
        from .printout import measures_text, phases_text

        print(phases_text(diagram))
        if arguments.measure:
            print(measures_text(measures))
    return 3 if diagram.is_undecided else 0


def _when(arguments: Arguments) -> int:
    from .proofs.claims.when import note_truth, when
    from .symbolic.solving.sampled import or_points

    within, limits = _names(arguments.within), _solve_limits(arguments)
    game = _load(arguments)
    point = read_point(arguments.at)
    with _progress(arguments), or_points(game, point, note_truth(arguments.claim)):
        answer = when(game, arguments.claim, point, within=within, limits=limits)
    if arguments.json:
        _emit(answer.to_json())
    else:
        print(answer)
        if not answer.witnessed:
            print("note: a part of this condition was neither found to be non-empty nor refuted", file=sys.stderr)
        for term, where in answer.left_out:
            print(f"note: {term} has a value where {where} alone; other points are left out", file=sys.stderr)
    return 0


def _prove(arguments: Arguments) -> int:
    from .command_limits import deadline_of
    from .proofs.claims.claim_proofs import certificate_file, prove_claim
    from .proofs.files import check_places, write_files
    from .proofs.search.prover import Limits

    game = _load(arguments)
    point = read_point(arguments.at)
    limits = Limits().times(arguments.effort, deadline_of(arguments).left())
    check_places(_places(arguments))
    with _progress(arguments):
        verdict = prove_claim(game.at(point) if point else game, arguments.claim, limits)
    files: dict[Path, str] = {}
    remarks: list[str] = []
    if arguments.out and (verdict.certificate is not None or verdict.refutation is not None):
        name, text = certificate_file(verdict)
        files[Path(arguments.out) / name] = text
        of = "" if verdict.certificate is not None else " of the refutation"
        remarks += [f"certificate{of}: {Path(arguments.out) / name}", _theorem(verdict, Path(arguments.out), files)]
    if arguments.coq and verdict.proof is not None:
        files[Path(arguments.coq)] = verdict.to_coq()
        remarks.append(f"Coq file: {arguments.coq}")
    if (arguments.out or arguments.coq) and verdict.certificate is verdict.refutation is None and verdict.reason:
        remarks.append(f"nothing written: {verdict.reason}")
    elif arguments.coq and verdict.proof is None:
        remarks.append(f"no Coq file: the claim is {verdict.status}; only proofs are written in Coq")
    write_files(files)
    _remark(remarks)
    if arguments.json:
        _emit(verdict.to_json())
    else:
        print(verdict)
    return verdict.exit_status


def _places(arguments: Arguments) -> list[Path]:
    """Where files will go, to be looked at before the work."""
    named = [Path(arguments.coq)] if arguments.coq else []
    return [*named, Path(arguments.out) / "certificate.json"] if arguments.out else named


def _remark(remarks: Iterable[str]) -> None:
    from .symbolic.plain_text import one_line

    for remark in remarks:
        print(one_line(remark), file=sys.stderr)


def _theorem(verdict: Verdict, folder: Path, files: dict[Path, str]) -> str:
    """Adds the theorem and its proof, in words and formulas where there are words for it; what to say of it."""
    from .proofs.theorems import theorem_file
    from .symbolic.errors import NotSupportedError

    try:
        name, text = theorem_file(verdict)
    except NotSupportedError as error:
        return f"no theorem in LaTeX: {error}"
    files[folder / name] = text
    return f"theorem: {folder / name}"


def _conjectures(arguments: Arguments) -> int:
    from .command_limits import deadline_of
    from .proofs.claims.exploration import conjectures, conjectures_budget
    from .symbolic.solving.sampled import note_structures, or_points

    game = _load(arguments)
    with _progress(arguments) as line, or_points(game, read_point(arguments.at), note_structures):
        budget = conjectures_budget(arguments.effort, deadline_of(arguments), line)
        found = conjectures(
            game,
            _names(arguments.over),
            read_point(arguments.at),
            prove=not arguments.no_proofs,
            budget=budget,
        )
    if arguments.json:
        _emit([conjecture.to_json() for conjecture in found])
    else:
        for conjecture in found:
            print(conjecture)
    return 3 if any(c.verdict is not None and c.verdict.status == "undecided" for c in found) else 0


def _check(arguments: Arguments) -> int:
    from .proofs import check

    if not arguments.certificate.endswith(".v"):
        return check.main([arguments.certificate])
    from .proofs.coq.checking import check_file

    return check_file(arguments.certificate)


def _design(arguments: Arguments) -> int:
    from .command_limits import deadline_of
    from .proofs.claims.claim_proofs import certificate_file
    from .proofs.design.changes import design_command
    from .proofs.design.designs import design_limits
    from .proofs.files import check_places, write_files
    from .symbolic.solving.sampled import note_structures, or_points

    check_places(_places(arguments))
    game = _load(arguments)
    with _progress(arguments), or_points(game, read_point(arguments.at), note_structures, game):
        answer = design_command(
            game,
            arguments.safe,
            environment=_names(arguments.environment) or [],
            choose=_names(arguments.choose) or [],
            region=arguments.region,
            goal=arguments.goal,
            at=read_point(arguments.at),
            limits=design_limits(deadline_of(arguments)),
        )
    files: dict[Path, str] = {}
    remarks: list[str] = []
    for name, verdict in answer.design.proofs().items() if arguments.out else ():
        file, text = certificate_file(verdict)
        files[Path(arguments.out) / file] = text
        remarks.append(f"certificate of {name}: {Path(arguments.out) / file}")
    if arguments.coq:
        files[Path(arguments.coq)] = answer.design.to_coq()
        remarks.append(f"Coq file: {arguments.coq}")
    write_files(files)
    _remark(remarks)
    if arguments.json:
        _emit(answer.to_json())
    else:
        print(answer)
    return answer.exit_status


def _robustness(arguments: Arguments) -> int:
    from .proofs.design.robustness import robustness
    from .symbolic.errors.running import about

    game = _load(arguments)
    with _progress(arguments), about(game):
        answer = robustness(game, read_point(arguments.at), _names(arguments.over))
    if arguments.json:
        _emit(answer.to_json())
    else:
        print(answer)
    return 0


def _confirm(arguments: Arguments) -> int:
    from .proofs.confirmation import confirm
    from .symbolic.solving.sampled import note_structures, or_points

    game = _load(arguments)
    with _progress(arguments), or_points(game, read_point(arguments.at), note_structures):
        confirmation = confirm(game, _names(arguments.over), read_point(arguments.at))
    if arguments.json:
        _emit(confirmation.to_json())
    else:
        print(confirmation)
    if confirmation.disagrees:
        return 1
    return 0 if confirmation.agree else 3


def _simulate(arguments: Arguments) -> int:
    from .numeric.learners import simulate
    from .numeric.simulations import compare_with_solution
    from .symbolic.cells.undecided import attempt
    from .symbolic.errors import GameError
    from .symbolic.errors.running import TimeUp, about, note, share
    from .symbolic.solving.solve import solve

    game = _load(arguments).at(read_point(arguments.at))
    if game.parameters:
        free = ", ".join(parameter.name for parameter in game.parameters)
        raise GameError(f"--at: a simulation needs a value for every parameter; {free} left free")
    late, solution, reason = None, None, ""
    with _progress(arguments), about(game):
        try:
            with share(1 / 2):
                solution, reason = attempt(lambda: solve(game))
        except TimeUp as error:
            late = error
        result = simulate(game, arguments.agents, arguments.periods, arguments.seed)
    if late is not None:
        note("simulation", lambda: (result.to_json(), "complete, but without the prediction to compare it with"))
        raise late
    comparisons = (None,) * len(result.players) if solution is None else compare_with_solution(result, solution)
    if arguments.json:
        named = {own.player: c and c.to_json() for own, c in zip(result.players, comparisons, strict=True)}
        _emit({**result.to_json(), "comparison": named if result.others else named[result.player]})
    else:
        from .printout import simulation_text

        print(simulation_text(result, comparisons, solution, reason))
    return 0


def _report(arguments: Arguments) -> int:
    from .command_limits import deadline_of
    from .proofs.report.certificates import certificates_budget
    from .proofs.report.writing import write_report
    from .symbolic.solving.sampled import note_structures, or_points

    game, point = _load(arguments), read_point(arguments.at)
    with _progress(arguments) as line, or_points(game, point, note_structures):
        files = write_report(
            game,
            Path(arguments.out),
            over=_names(arguments.over),
            at=point,
            certificates=not arguments.no_certificates,
            label_boundaries=arguments.label_boundaries,
            budget=certificates_budget(arguments.effort, deadline_of(arguments, 0.75), line),
        )
    for path in files.paths:
        print(path)
    _remark(f"berknash: report: {text}" for text in files.left_out)
    if files.not_proved:
        names = ", ".join(files.not_proved)
        print(
            f"berknash: report: complete, but without a certificate for {names}; the reasons stand in the report; "
            "search longer with --effort, or leave them out with --no-certificates",
            file=sys.stderr,
        )
    return 3 if files.is_undecided or files.not_proved else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Without arguments those of the program are taken, and the command runs in a process of its own, within its limits.
    Called with arguments it runs here, and is bounded by what it asks itself.
    """
    from .defects import report_defect

    _escape_what_the_terminal_lacks()
    try:
        parsed = _parser().parse_args(arguments)
        report: Report | None = None
        if arguments is None:
            from .command_limits import bounds_of
            from .cut_short import print_known
            from .supervised import Report, supervise
            from .symbolic.plain_text import one_line

            about = getattr(parsed, "game", getattr(parsed, "certificate", ""))
            report = told = parsed.report = Report()
            ended = supervise(
                one_line(f"{parsed.command} {about}"),
                bounds_of(parsed),
                report=report,
                stopped=lambda reason: print_known(parsed, reason, told),
            )
            if ended is not None:
                return ended
        return _run(parsed, report)
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody to tell, and what was not printed must not read as done.
        _discard_output()
        return 141
    except OSError as error:
        place = f"{error.filename}: " if error.filename is not None else ""
        print(one_line(f"berknash: {place}{error.strerror or error}; check the path"), file=sys.stderr)
        _discard_output()
        return 2
    except KeyboardInterrupt:
        print("berknash: interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # the last line of defence: a crash must not look like an answer
        return report_defect(error)


def _run(parsed: Arguments, report: Report | None) -> int:
    """Runs a command and prints its output in one piece, or what was settled where a limit ended it."""
    from .cut_short import known, print_whole, running_of
    from .defects import out_of_memory, report_defect
    from .symbolic.errors import BerknashError, DefectError
    from .symbolic.plain_text import one_line

    running, output, rest = running_of(parsed, report), io.StringIO(), ""
    try:
        with redirect_stdout(output), running.work():
            status: int = parsed.run(parsed)
        if status == 0 and running.cut and parsed.command != "prove":  # a proof stands, however it was found
            print(one_line(f"berknash: {parsed.game}: a part of the work was {running.cut}"), file=sys.stderr)
            status = 3
    except DefectError as error:
        status = report_defect(error)
    except BerknashError as error:
        message, status = _with_file(error, parsed), error.exit_status
        print(one_line(f"berknash: {message}"), file=sys.stderr)
        rest = known(parsed, message, running.notes) if status == 3 else ""
    except MemoryError:
        status = out_of_memory()
        rest = known(parsed, "out of memory", running.notes)
    print_whole(output.getvalue() + rest, status, report)
    return status


def _with_file(error: BerknashError, arguments: Arguments) -> str:
    """The message of an error, after the file of the game, unless it is about another file or an option."""
    from .proofs.files import WriteError

    message, game = str(error), getattr(arguments, "game", "")
    told = not game or game in message or isinstance(error, WriteError) or message.startswith("--")
    return message if told else f"{game}: {message}"


def _escape_what_the_terminal_lacks() -> None:
    """Lets a terminal that shows ASCII alone have escapes for the rest, instead of an exception."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Keeps the interpreter from writing at its end what could not be written before."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
