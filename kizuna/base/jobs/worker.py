"""The loop that runs jobs: one lane (thread) per queue, and one clock that looks after all of them.

A lane runs one job at a time, so a long import holds up imports and nothing else. The clock polls, wakes the lanes,
extends their leases, shows progress, and keeps the timetable, on a connection of its own. More throughput is more
worker processes; they share nothing but the database.
"""

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import (
    InterfaceError,
    InternalError,
    OperationalError,
    close_old_connections,
    connections,
    reset_queries,
)
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django_tasks import default_task_backend

from kizuna.base.jobs import claims
from kizuna.base.jobs.models import WORKER_LENGTH, Job
from kizuna.base.jobs.running import Running, perform
from kizuna.base.jobs.schedules import Timetable

logger = logging.getLogger("kizuna.jobs")

SHORTEST_PAUSE = 0.05  # seconds between polls while there is work
PROGRESS_PAUSE = 0.2  # seconds between two notes of progress
LONGEST_TROUBLE_PAUSE = 10.0  # seconds between attempts while the database is away
# What a database raises that is away, locked or failing over. Anything else is a defect and ends the process, which
# the supervisor restarts; the job that caused it has used up an attempt.
TROUBLE = (OperationalError, InterfaceError, InternalError)


class Worker:
    """Runs the jobs of `queues` (all of them unless given) until SIGTERM, SIGINT or `stop()`.

    `poll_seconds` is the longest pause between two looks at idle queues. A job whose worker does not extend it for
    `lease_seconds` runs again elsewhere. After a stop, running jobs get `grace_seconds` to end; then they are given
    back, and the process has to exit, because a thread cannot be stopped.
    """

    def __init__(
        self,
        *,
        queues: Sequence[str] | None = None,
        poll_seconds: float = 0.5,
        lease_seconds: float = 60,
        grace_seconds: float = 6,
    ) -> None:
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(3)}"
        self.poll_seconds = poll_seconds
        self.lease = timedelta(seconds=lease_seconds)
        self.grace_seconds = grace_seconds
        self.stopping = threading.Event()
        self.nudge = threading.Event()
        self._timetable = Timetable()
        self._extended_at = time.monotonic()
        self._lanes = {queue: Lane(self, queue) for queue in sorted(queues or default_task_backend.queues)}

    def run(self) -> bool:
        """Work until stopped. True when every job ended, False when one had to be given back unfinished."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stop())
        autodiscover_modules("jobs")
        for lane in self._lanes.values():
            lane.start()
        try:
            self._keep_time()
        finally:
            clean = self._wind_down()
            connections.close_all()
        return clean

    def stop(self) -> None:
        """Claim nothing more; callable from a signal handler or another thread."""
        self.stopping.set()
        self.nudge.set()

    def _keep_time(self) -> None:
        pause, trouble, loaded = SHORTEST_PAUSE, SHORTEST_PAUSE, False
        while not self.stopping.is_set():
            try:
                if not loaded:
                    self._timetable.load(now=timezone.now())
                    loaded = True
                busy = self._tick()
                trouble = SHORTEST_PAUSE
                pause = SHORTEST_PAUSE if busy else min(pause * 2, self.poll_seconds)
            except TROUBLE as error:
                trouble = pause = after_trouble(error, trouble)
            reset_queries()
            if self.nudge.wait(pause):
                self.nudge.clear()
                self.stopping.wait(PROGRESS_PAUSE)

    def _tick(self) -> bool:
        """Everything that is due now; whether there was something."""
        now = timezone.now()
        self._extend()
        fired = self._timetable.fire(now=now)
        for lane in self._lanes.values():
            if not lane.is_alive():
                raise RuntimeError(f"{lane.name} ended on a defect; see the traceback above.")
        idle = [queue for queue, lane in self._lanes.items() if lane.idle]
        seen = claims.glance(idle)
        if seen.expired:
            claims.reap(now=now)
        if seen.due:
            claims.promote(now=now)
        for queue in seen.ready:
            self._lanes[queue].wake.set()
        return bool(fired or seen.expired or seen.due or seen.ready)

    def _extend(self) -> None:
        """Show new progress, and keep every running job four times per lease."""
        all_due = time.monotonic() - self._extended_at > self.lease.total_seconds() / 4
        for lane in self._lanes.values():
            running = lane.running
            if running and (running.changed or all_due):
                running.changed = False
                if not claims.extend(running.job, lease=self.lease) and lane.running is running:
                    logger.warning("%s was taken from this worker: its lease had run out", running.job)
        if all_due:
            self._extended_at = time.monotonic()

    def _wind_down(self) -> bool:
        self.stopping.set()
        deadline = time.monotonic() + self.grace_seconds
        for lane in self._lanes.values():
            lane.wake.set()
        for lane in self._lanes.values():
            lane.join(max(0.0, deadline - time.monotonic()))
        left = [lane.running.job for lane in self._lanes.values() if lane.is_alive() and lane.running]
        for job in left:
            logger.warning("%s did not end in time and is given back", job)
            with suppress(*TROUBLE):  # then it runs again when its lease has run out
                claims.release(job)
        return not left


class Lane(threading.Thread):
    """Runs the jobs of one queue, one after the other, on its own database connection."""

    def __init__(self, worker: Worker, queue: str) -> None:
        # A daemon, so that a job that does not end cannot keep the process alive.
        super().__init__(name=f"lane-{queue}", daemon=True)
        self.worker = worker
        self.queue = queue
        self.wake = threading.Event()
        self.running: Running | None = None
        self.idle = False
        self._owner = f"{worker.name}/{queue}"[:WORKER_LENGTH]

    def run(self) -> None:
        finished: Job | None = None
        trouble = SHORTEST_PAUSE
        try:
            while finished or not self.worker.stopping.is_set():
                try:
                    job = self._settle_and_claim(finished)
                    finished, trouble = None, SHORTEST_PAUSE
                except TROUBLE as error:
                    # What the job came to is kept and written down when the database is back.
                    trouble = after_trouble(error, trouble)
                    if self.worker.stopping.wait(trouble):
                        time.sleep(SHORTEST_PAUSE)
                    continue
                if job:
                    finished = self._run(job)
                else:
                    self._rest()
        finally:
            connections.close_all()

    def _settle_and_claim(self, finished: Job | None) -> Job | None:
        if self.worker.stopping.is_set():
            if finished:
                claims.settle(finished)
            return None
        return claims.settle_and_claim(finished, queue=self.queue, worker=self._owner, lease=self.worker.lease)

    def _run(self, job: Job) -> Job:
        self.running = Running(job, show=self._show)
        try:
            perform(self.running)
        finally:
            self.running = None
            reset_queries()
        return job

    def _show(self, _running: Running) -> None:
        self.worker.nudge.set()

    def _rest(self) -> None:
        close_old_connections()
        self.idle = True
        self.wake.wait()
        self.idle = False
        self.wake.clear()


def after_trouble(error: Exception, pause: float) -> float:
    """Drop the broken connections of this thread and answer the next, longer pause in seconds."""
    reason = str(error).partition("\n")[0]
    logger.warning("The database does not answer (%s); trying again in %.1f s", reason, pause)
    connections.close_all()
    return min(pause * 2, LONGEST_TROUBLE_PAUSE)
