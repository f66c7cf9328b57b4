"""The command `helseledelse`: opens the workbooks, checks content, grades a class."""

import argparse
import contextlib
import errno
import gc
import importlib.util
import logging
import logging.handlers
import re
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from helseledelse import __version__
from helseledelse.pages.folder import Brought, bring_up_to_date, shipped_workbooks

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from jupyter_server.serverapp import ServerApp

    from helseledelse.grading.adapter.engine import Graded

# Jupyter loads jsonschema, which would compile 39 grammars for internationalised addresses before
# the first page, longer than all else here takes. Nothing here checks such an address, and without
# the package jsonschema leaves them be.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: not to be found

# Away from Jupyter's 8888, and the same each time: drafts in a browser belong to an address.
PORT = 8477
LAST_PORT = 65535


_MISUNDERSTOOD = "Skriv «helseledelse --hjelp» for å se hva som finnes."


class _Help(argparse.HelpFormatter):
    """The library's help, with its one English word left out."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        ours = "Slik skriver du: " if prefix is None else prefix
        super().add_usage(usage, actions, groups, ours)


class _Parser(argparse.ArgumentParser):
    """The library's parser, which says in bokmål what it does not understand."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False, formatter_class=_Help)
        self.choices = self.add_argument_group("valg")
        self.choices.add_argument(
            "-h", "--hjelp", "--help", action="help", help="vis denne hjelpen"
        )

    def error(self, message: str) -> NoReturn:  # noqa: ARG002  the library's words are English
        self.exit(2, f"Kommandoen er ikke til å forstå slik den står. {_MISUNDERSTOOD}\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="helseledelse",
        description="Arbeidsbøkene for Nasjonal lederutdanning og Topplederprogrammet.",
    )
    parser.choices.add_argument(
        "--version",
        action="version",
        version=f"helseledelse {__version__}",
        help="vis versjonen og avslutt",
    )
    commands = parser.add_subparsers(dest="command", metavar="kommando", title="kommandoer")
    start = commands.add_parser("start", help="åpne arbeidsbøkene i nettleseren")
    start.choices.add_argument(
        "--mappe",
        type=Path,
        default=Path.home() / "helseledelse",
        help="mappen der arbeidsbøkene og svarene dine ligger (vanligvis %(default)s)",
    )
    start.choices.add_argument(
        "--uten-nettleser", action="store_true", help="ikke åpne nettleseren, bare vis adressen"
    )
    start.choices.add_argument(
        "--port",
        default=str(PORT),
        help="porten arbeidsboken skal bruke (vanligvis %(default)s); er den opptatt, tas en annen",
    )
    start.choices.add_argument(
        "--rom",
        action="store_true",
        help="for forelesere: la telefoner på samme nett nå rommet, og bare det",
    )
    commands.add_parser("check", help="sjekk oppgaver og arbeidsbøker (for den som skriver dem)")
    grade = commands.add_parser("grade", help="vurder besvarelser mot fasiten (for sensor)")
    grade.choices.add_argument(
        "--mappe",
        type=Path,
        default=Path(),
        help="kursmappen, der «nbgrader_config.py» ligger (vanligvis mappen du står i)",
    )
    grade.choices.add_argument(
        "--paa-nytt",
        action="store_true",
        help="vurder også besvarelser som er uendret siden sist",
    )
    grade.choices.add_argument(
        "--sandbox",
        choices=("required", "auto", "av"),
        default="required",
        help="lukket rom for oppgavesett med kode: «required» krever det, «auto» tar det vernet "
        "som finnes, «av» kjører uten (vanligvis %(default)s)",
    )
    grade.choices.add_argument(
        "--scheduler",
        metavar="ADRESSE",
        help="vurder på flere maskiner: adressen til en Dask-planlegger, som "
        "«tcp://192.168.1.20:8786» (vanligvis vurderes alt på denne maskinen)",
    )
    # In a group of its own, because the library calls its group of these by an English name.
    named = grade.add_argument_group("oppgavesett")
    named.add_argument("oppgavesett", help="navnet, for eksempel samling6")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old Windows console lacks some of our signs
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if arguments.command == "check":
        from helseledelse import lint

        return lint.main(rest)
    if rest:
        print(f"«{' '.join(rest)}» er ukjent. {_MISUNDERSTOOD}", file=sys.stderr)
        return 2
    if arguments.command == "grade":
        return grade(
            arguments.oppgavesett,
            arguments.mappe,
            anew=arguments.paa_nytt,
            sandbox=arguments.sandbox,
            scheduler=arguments.scheduler,
        )
    if arguments.command == "start":
        port = int(arguments.port) if re.fullmatch(r"[0-9]{1,5}", arguments.port) else -1
        if not 0 <= port <= LAST_PORT:
            print(
                f"«{arguments.port}» er ikke en port. Skriv et tall opp til {LAST_PORT}, "
                "eller ta bort «--port», så velges en.",
                file=sys.stderr,
            )
            return 2
        try:
            return start(
                arguments.mappe,
                port=port,
                browser=not arguments.uten_nettleser,
                room=arguments.rom,
            )
        except KeyboardInterrupt:
            print()
            return 0
    parser.print_help()
    return 0


def grade(
    assignment: str,
    folder: Path,
    *,
    anew: bool = False,
    sandbox: str = "required",
    scheduler: str | None = None,
) -> int:
    """Grade all that is handed in of an assignment; gives the exit status.

    `scheduler` is the address of a Dask cluster to do it on, else it is done on this machine.
    """
    for module, extra in (("nbgrader", "grading"), ("distributed", "dask")):
        wanted = scheduler is not None or extra == "grading"
        if wanted and importlib.util.find_spec(module) is None:
            print(
                f"Dette bruker {module}, som ikke er installert her. Skriv slik, og prøv igjen:\n\n"
                f'  python -m pip install "helseledelse[{extra}]"',
                file=sys.stderr,
            )
            return 1
    with _without("rfc3987_syntax"), _nothing_thrown_away():
        from helseledelse.grading.adapter.engine import CourseError, grade_class
    from helseledelse.grading.sandbox import Mode

    told: list[Graded] = []
    total = sum(1 for _ in folder.glob(f"submitted/*/{assignment}"))
    watched = sys.stdout.isatty()

    def tell(how: "Graded") -> None:
        told.append(how)
        if how.sentence:
            print(f"{_WIPED if watched else ''}{how.student}: {how.sentence}", file=sys.stderr)
        if watched:
            print(f"\r{_bar(len(told), total)} {how.student:<30.30}", end="", flush=True)

    try:
        with _elsewhere(scheduler) as executor:
            graded = grade_class(
                folder,
                assignment,
                tell,
                anew=anew,
                executor=executor,
                mode=Mode(sandbox),
                say=print,
            )
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStanset. Det som er vurdert, er lagret. Kjør kommandoen igjen for å fortsette.")
        return 1
    print(f"{_WIPED}{_counted(graded)}" if watched else _counted(graded))
    return _named(graded, assignment)


def _named(graded: "Sequence[Graded]", assignment: str) -> int:
    """Say who needs a person; gives the exit status."""
    failed = [how.student for how in graded if how.sentence]
    for said, students in (
        (
            "Bør ses på, koden kan ha endret testene: {}.",
            [how.student for how in graded if how.suspect],
        ),
        (
            "Har oppgaver som må ses på for hånd: {}.",
            [how.student for how in graded if how.for_a_human],
        ),
        (
            "Kom uten svar, spør deltakeren: {}.",
            [how.student for how in graded if how.without_answers],
        ),
        (f"Ikke vurdert: {{}}. Mer står i vurdering/{assignment}.log.", failed),
    ):
        if students:
            print(said.format(", ".join(students)))
    return 1 if failed else 0


@contextlib.contextmanager
def _elsewhere(scheduler: str | None) -> "Iterator[Executor | None]":
    """Give an executor on a cluster, or None where none is asked for."""
    if scheduler is None:
        yield None
        return
    from helseledelse.grading.cluster import reach

    with reach(scheduler) as executor:
        yield executor


@contextlib.contextmanager
def _without(module: str) -> Iterator[None]:
    """Keep a module from being imported.

    jsonschema takes up this one if it is found, and it builds 38 grammars for web addresses, which
    is half of what it takes to start. No notebook is checked by them.
    """
    if module in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]  # Python's own way of saying so
    try:
        yield
    finally:
        del sys.modules[module]


@contextlib.contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Keep Python from looking for garbage among modules while they are imported, and after.

    It is a fifth of the time it takes, and the processes that come from this one would do it again.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


_WIPED = f"\r{'':<78}\r"


def _bar(done: int, total: int) -> str:
    """Draw how far it has come: «[##########----------] 27 av 54»."""
    drawn = 20 * done // max(done, total, 1)
    return f"[{'#' * drawn}{'-' * (20 - drawn)}] {done} av {max(done, total)}"


def _counted(graded: "Sequence[Graded]") -> str:
    failed = sum(bool(how.sentence) for how in graded)
    same = sum(not how.sentence and how.results is None for how in graded)
    return (
        f"Besvarelser: {len(graded)}. Vurdert nå: {len(graded) - failed - same}. "
        f"Uendret siden sist: {same}. Ikke vurdert: {failed}."
    )


def start(folder: Path, *, port: int = PORT, browser: bool = True, room: bool = False) -> int:
    """Bring `folder` up to date and serve it until stopped; gives the exit status.

    With `room`, phones on the same network reach the room, and nothing else.
    """
    folder = folder.expanduser()
    shipped = shipped_workbooks()
    try:
        if not (folder.exists() and shipped.exists() and folder.samefile(shipped)):
            brought = bring_up_to_date(folder, shipped, date.today())  # noqa: DTZ011 -- the person's day
        else:
            brought = Brought()
        folder = folder.resolve(strict=True)
    except OSError as problem:
        print(
            f"Mappen {folder} kan ikke brukes: {_why(problem)}.\n"
            "Velg en annen mappe, for eksempel slik: helseledelse start --mappe arbeidsbok",
            file=sys.stderr,
        )
        return 1
    running = _running_for(folder)
    if running:
        print(f"Arbeidsboken er åpen fra før. Den har denne adressen:\n\n  {running}\n")
        if room:
            print("Skal telefonene nå rommet, må du stenge den og starte på nytt med «--rom».")
        if browser:
            import webbrowser

            webbrowser.open(running)
        return 0
    log = _log_to_file()
    _leave_out_what_is_slow()
    try:
        server = _server(folder, port, room=room)
    except SystemExit:
        print(
            "Arbeidsboken kunne ikke startes, fordi ingen ledig port ble funnet. "
            f"Start maskinen på nytt og prøv igjen. Mer står i {log}.",
            file=sys.stderr,
        )
        return 1

    def ready() -> None:
        _tell(server, folder, brought, browser=browser)
        if browser:
            server.launch_browser()

    # The loop's first callback makes the server listen; this is the next.
    server.io_loop.add_callback(ready)
    server.start()
    print("\nArbeidsboken er stengt. Svarene dine er lagret.")
    return 0


def _why(problem: OSError) -> str:
    """Say what the system says in English."""
    if isinstance(problem, PermissionError):
        return "du har ikke lov til å skrive der"
    if isinstance(problem, (FileExistsError, NotADirectoryError)):
        return "det ligger en fil der en mappe skulle vært"
    if isinstance(problem, FileNotFoundError):
        return "det går ikke an å lage en mappe der"
    return {
        errno.ENOSPC: "disken er full",
        errno.EROFS: "der kan ingenting skrives",
        errno.ENAMETOOLONG: "navnet er for langt",
    }.get(problem.errno or 0, "den lar seg ikke åpne")


def _tell(server: "ServerApp", folder: Path, brought: Brought, *, browser: bool) -> None:
    for copy in brought.kept:
        print(f"Arbeidsboken er oppdatert. Utgaven du hadde endret, ligger her: {folder / copy}")
    opened = (
        "Arbeidsboken åpnes i nettleseren. Hvis den ikke kommer fram, åpne denne adressen:"
        if browser
        else "Arbeidsboken er klar. Åpne denne adressen i nettleseren:"
    )
    print(
        f"{opened}\n\n  {_address(server.connection_url, server.identity_provider.token)}\n\n"
        f"Svarene lagres i {folder} mens du skriver.\n"
        "La dette vinduet stå åpent. Trykk Ctrl+C her når du vil stenge arbeidsboken.",
        flush=True,
    )
    phones = server.web_app.settings.get("helseledelse_room_address")
    if phones:
        print(f"Telefoner på samme nett når rommet på {phones}", flush=True)
        if few := server.web_app.settings["helseledelse_room_few"]:
            print(few, flush=True)


def _address(url: str, token: str) -> str:
    return f"{url.rstrip('/')}/helseledelse" + (f"?token={token}" if token else "")


def _running_for(folder: Path) -> str:
    """Give the address of the server that already serves `folder`, or ""."""
    # What list_running_servers does, without the second it takes to import the server.
    import json

    from jupyter_core.paths import jupyter_runtime_dir

    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            info: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            if Path(info["root_dir"]).resolve() != folder:
                continue
            address = _address(info["url"], info.get("token", ""))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if _answers(address):
            return address
    return ""


def _answers(address: str) -> bool:
    # A proxy for the open web has nothing to say about this machine. The key is exchanged for a
    # cookie on the way to the front page.
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor()
    )
    try:
        with opener.open(address, timeout=3) as reply:
            return reply.status == 200 and "helseledelse" in reply.url
    except (OSError, ValueError, urllib.error.URLError):
        return False


def _log_to_file() -> Path:
    """Send everything that is logged to a file: what a developer reads, a participant need not."""
    from jupyter_core.paths import jupyter_data_dir

    path = Path(jupyter_data_dir()) / "helseledelse" / "logg.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=1_000_000, backupCount=2, encoding="utf-8"
    )
    handler.setLevel(logging.INFO)
    handler.addFilter(_leave_out_keys)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    return path


def _leave_out_keys(record: logging.LogRecord) -> bool:
    """Take the key of the address out of a log that someone may send to get help."""
    record.msg, record.args = re.sub(r"token=\w+", "token=…", record.getMessage()), None
    return True


def _leave_out_what_is_slow() -> None:
    # jsonschema looks for an optional checker of international addresses whose import builds a
    # grammar: 1.1 of the 1.5 seconds that importing jupyter_server took when measured. Nothing
    # here has such addresses, and None in sys.modules is Python's way of saying «not installed».
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # documented, untyped


def _server(folder: Path, port: int, *, room: bool = False) -> "ServerApp":
    """Make a Jupyter server for `folder` that listens; `start` then serves.

    Raises
    ------
    SystemExit
        If there is no free port.
    """
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Config

    from helseledelse.widgets import jupyter_settings

    class Server(ServerApp):
        """Jupyter's server, quiet, and stopped by one Ctrl+C."""

        def init_signal(self) -> None:
            super().init_signal()
            signal.signal(signal.SIGINT, self._signal_stop)

    names = ("helseledelse.delivery", "helseledelse.live", "helseledelse.pages")
    extensions = dict.fromkeys(names, True)
    config = Config()
    if importlib.util.find_spec("jupyterlab"):
        extensions["jupyterlab"] = True
        config.merge(Config(jupyter_settings()))
    config.ServerApp.root_dir = str(folder)
    config.ServerApp.default_url = "/helseledelse"
    config.ServerApp.open_browser = False  # we open it, when the server listens
    config.ServerApp.ip = "localhost"
    config.ServerApp.port = port
    config.ServerApp.port_retries = 50
    config.ServerApp.jpserver_extensions = extensions
    if room:
        config.Live.network = True
    config.ServerApp.terminals_enabled = False
    config.ServerApp.allow_root = True  # one person, own machine or container
    config.ServerApp.quit_button = False
    # For every application in the process, JupyterLab's among them: nothing on the person's screen.
    config.Application.log_level = logging.INFO
    config.Application.logging_config = {
        "handlers": {"console": {"level": logging.CRITICAL + 1}},
        "loggers": {name: {"propagate": True} for name in ("Server", "LabApp", "Pages", "Live")},
    }
    config.LabApp.news_url = None
    config.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    server = Server.instance(config=config)
    server.initialize(argv=[], find_extensions=False)
    return server


if __name__ == "__main__":
    raise SystemExit(main())
