"""Workers for the tests: in threads of this process, or as processes of their own on the same test database."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from kizuna.base.jobs.worker import Worker


def database_url() -> str:
    """The test database as an environment variable says it."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgresql://{settings['USER']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


@pytest.fixture
def worker_process(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `kizuna worker` as its own process on the test database; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []
    own = {"DATABASE_URL": database_url(), "KIZUNA_DATA_DIR": str(tmp_path), "KIZUNA_LOG_LEVEL": "WARNING"}
    own["DJANGO_SETTINGS_MODULE"] = "tests.samples.worker"

    def start(*options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "kizuna", "worker", "--poll-seconds=0.05", *options]
        process = subprocess.Popen(command, env=os.environ | own, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.communicate()


@pytest.fixture
def working(transactional_db: None) -> Callable[..., AbstractContextManager[Worker]]:
    """`with working(): …` runs a worker in threads of this process for the length of the block."""

    @contextmanager
    def run(**options: Any) -> Iterator[Worker]:
        worker = Worker(**{"poll_seconds": 0.05, **options})
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            yield worker
        finally:
            worker.stop()
            thread.join(60)
            assert not thread.is_alive(), "the worker does not stop"

    return run
