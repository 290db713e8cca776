"""One parent, its children, and what happens to them when anybody dies."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from kizuna.base.jobs.tests.deadline import until
from kizuna.server import supervisor
from kizuna.server.supervisor import Child, listening_address, port_for_live
from tests.postgres import free_port

LONG = 60
"""Seconds that a busy machine may take for what takes one or two."""
SERVE = f"""
import sys
from kizuna.server import supervisor
supervisor.STOP_SECONDS = {LONG}
supervisor.serve("localhost", int(sys.argv[1]), 2)
"""
ATTEND = """
import sys
from kizuna.server import supervisor
class Attendant(supervisor.Child):
    def __init__(self, name, arguments, environment=None):
        super().__init__(name, arguments, environment)
        self.command = [sys.executable, "-c", "import signal; print('here', flush=True); signal.pause()"]
supervisor.Child = Attendant
supervisor.serve("localhost", int(sys.argv[1]))
"""
"""The same with children that do nothing: how the parent takes a signal does not depend on what they do."""
STUBBORN = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print("grandchild", child.pid, flush=True)
child.wait()
"""


def processes() -> dict[int, tuple[int, str]]:
    """pid -> (parent, command line) of everything that runs; what is dead and only waits for its parent is left out."""
    listing = subprocess.run(["ps", "-Aww", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 3) for line in listing.stdout.splitlines()]
    return {int(row[0]): (int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")}


def family(pid: int) -> dict[int, str]:
    """The living descendants of a process with their command lines."""
    running = processes()
    found: dict[int, str] = {}
    generation = {pid}
    while generation:
        generation = {child for child, (parent, _) in running.items() if parent in generation}
        found |= {child: running[child][1] for child in generation}
    return found


class Served:
    """A running `serve()` in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.port, self.live_port = free_port(), free_port()
        self.log = folder / "log"
        own = {"KIZUNA_DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'kizuna.sqlite3'}"}
        own |= {"DJANGO_SETTINGS_MODULE": "kizuna.server.settings", "KIZUNA_LIVE_PORT": str(self.live_port)}
        with self.log.open("w") as log:
            self.parent = subprocess.Popen(
                [sys.executable, "-c", SERVE, str(self.port)],
                env=os.environ | own,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/me", timeout=5)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def streams(self) -> bool:
        """Whether the live process asks who is there."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.live_port}/live", timeout=5)
        except urllib.error.HTTPError as refusal:
            return refusal.code == 401
        except OSError:
            return False
        return False

    def child(self, role: str) -> int | None:
        """The process id of the direct child with a role."""
        running = processes()
        found = [pid for pid, (parent, line) in running.items() if parent == self.parent.pid and f" {role}" in line]
        return found[0] if found else None

    def has_said(self, text: str) -> Callable[[], bool]:
        return lambda: text in self.log.read_text()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, begin_migrated: Callable[[Path], None]) -> Path:
    """A new database, as `kizuna migrate` makes it."""
    path = tmp_path_factory.mktemp("database") / "kizuna.sqlite3"
    begin_migrated(path)
    if not path.exists():
        own = {"KIZUNA_DATA_DIR": str(path.parent), "DATABASE_URL": f"sqlite:///{path}"}
        own["DJANGO_SETTINGS_MODULE"] = "kizuna.server.settings"
        subprocess.run([sys.executable, "-m", "kizuna", "migrate", "-v0"], env=os.environ | own, check=True)
    return path


@contextmanager
def serving(database: Path, folder: Path) -> Iterator[Served]:
    """Pages, live changes and worker up and running; killed at the end with everything they started."""
    shutil.copy(database, folder)
    served = Served(folder)
    try:
        until(served.answers, seconds=LONG)
        until(served.has_said("worker | Working on the jobs"), seconds=LONG)
        until(served.streams, seconds=LONG)
        yield served
    finally:
        left = family(served.parent.pid)
        for pid in [served.parent.pid, *left]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        served.parent.wait()


@pytest.fixture(scope="module")
def standing(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Served]]:
    """Gives the one that stands, and another when there is none yet or its parent died."""
    with ExitStack() as stack:
        begun: list[Served] = []

        def find() -> Served:
            if not begun or begun[-1].parent.poll() is not None:
                begun.append(stack.enter_context(serving(database, tmp_path_factory.mktemp("lasting"))))
            return begun[-1]

        yield find


@pytest.fixture
def lasting(standing: Callable[[], Served]) -> Served:
    """One whose children die, one after the other, and come back, whichever test is first; its parent dies once."""
    return standing()


def test_a_stop_is_clean_and_nobody_has_to_be_killed(database: Path, tmp_path: Path) -> None:
    with serving(database, tmp_path) as served:
        until(lambda: len(family(served.parent.pid)) == 6)  # web with its two workers, live with its one, the worker
        children = family(served.parent.pid)
        served.parent.terminate()
        assert served.parent.wait(LONG + 10) == 0
    assert not set(children) & set(processes())
    said = served.log.read_text()
    assert "Traceback" not in said
    assert "Killing" not in said
    assert "is killed" not in said, "every process ended by itself"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_ctrl_c_and_a_closed_terminal_are_the_same_stop(number: signal.Signals) -> None:
    command = [sys.executable, "-c", ATTEND, str(free_port())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as parent:
        assert parent.stdout
        here = [parent.stdout.readline() for _child in range(3)]
        assert sorted(here) == ["live   | here\n", "web    | here\n", "worker | here\n"]
        children = set(family(parent.pid))
        parent.send_signal(number)
        said, _ = parent.communicate(timeout=LONG)
    assert parent.returncode == 0
    assert not children & set(processes())
    assert said == ""


def test_a_killed_worker_is_started_again(lasting: Served) -> None:
    worker = until(lambda: lasting.child("worker"))
    os.kill(worker, signal.SIGKILL)
    until(lasting.has_said("worker | ended (SIGKILL); starting again in 0.5 s"), seconds=LONG)
    until(lambda: lasting.child("worker") not in (None, worker), seconds=LONG)
    until(lasting.answers, seconds=LONG)


def test_a_killed_web_server_takes_its_workers_along_and_comes_back(lasting: Served) -> None:
    web = until(lambda: lasting.child("web"))
    its_workers = set(family(web))
    os.kill(web, signal.SIGKILL)
    until(lambda: not its_workers & set(processes()), seconds=LONG)
    until(lasting.answers, seconds=LONG)


def test_a_killed_live_process_comes_back_and_nothing_else_notices(lasting: Served) -> None:
    live, others = until(lambda: lasting.child("live")), [lasting.child("web"), lasting.child("worker")]
    its_worker = set(family(live))
    os.kill(live, signal.SIGKILL)
    until(lambda: not its_worker & set(processes()), seconds=LONG)
    until(lasting.streams, seconds=LONG)
    assert [lasting.child("web"), lasting.child("worker")] == others


def test_no_child_outlives_a_parent_that_was_killed(lasting: Served) -> None:
    children = set(family(lasting.parent.pid))
    lasting.parent.kill()
    until(lambda: not children & set(processes()), seconds=LONG)


def test_the_live_process_takes_the_port_asked_for_the_next_one_or_any(settings: Any) -> None:
    settings.LIVE_URL, settings.LIVE_PORT = "", 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port_for_live("127.0.0.1", port - 1) not in (port, 0)
        settings.LIVE_PORT = port
        with pytest.raises(SystemExit, match="already in use"):
            port_for_live("127.0.0.1", port - 1)
    assert port_for_live("127.0.0.1", 8000) == port
    settings.LIVE_URL = "off"
    assert port_for_live("127.0.0.1", 8000) == 0


def test_a_port_in_use_ends_with_one_sentence_and_exit_code_1() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run([sys.executable, "-c", SERVE, str(port)], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} on localhost is already in use; stop what runs there or choose another port.\n"
    assert ended.stdout == ""


@pytest.mark.parametrize("host", ["203.0.113.1", "a..b"])
def test_an_address_that_is_not_ours_ends_with_one_sentence(host: str) -> None:
    with pytest.raises(SystemExit, match=rf"{host}.*\.$"):
        listening_address(host, free_port())


def test_a_name_becomes_the_address_that_the_server_listens_at() -> None:
    assert listening_address("localhost", free_port()) in ("127.0.0.1", "::1")


def test_a_child_that_keeps_crashing_is_started_ever_more_slowly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(supervisor, "LONGEST_DELAY", 0.04)
    child = Child("web", [])
    child.command = [sys.executable, "-c", "print('oh no'); raise SystemExit(3)"]
    said = ""

    def crashes() -> bool:
        nonlocal said
        child.tend()
        said += capsys.readouterr().out
        return said.count("starting again") == 4

    until(crashes)
    assert "web    | oh no\n" in said
    delays = [line.split()[-2] for line in said.splitlines() if "exit code 3" in line]
    assert delays == ["0.01", "0.02", "0.04", "0.04"]


def test_a_child_that_will_not_end_is_killed_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert supervisor.STOP_SECONDS < 10, "a stop takes no longer"
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.2)
    child = Child("web", [])
    child.command = [sys.executable, "-c", STUBBORN]
    child.tend()
    words = until(lambda: capsys.readouterr().out.split())
    grandchild = int(words[-1])
    assert grandchild in processes()
    supervisor.stop([child])
    until(lambda: grandchild not in processes())
    assert "did not end by itself, and is killed" in capsys.readouterr().out
