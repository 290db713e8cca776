"""A small HTTP client: kept connections, requests one after the other on each, a bounded number of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection

from kizuna.server.bench.processor import Meter
from kizuna.server.bench.served import LOOPBACK

TIMEOUT = 120.0


@dataclass(frozen=True)
class Request:
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    expected: tuple[int, ...] = (200,)


Make = Callable[[int], Request]
"""The request with a number: requests that write must differ."""


@dataclass(frozen=True)
class Sample:
    """Seconds that one request took, and seconds of processor time that it cost the server."""

    took: float
    cost: float


class Unexpected(Exception):
    """An answer that is no measurement."""


class Connection:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self._http = HTTPConnection(LOOPBACK, port, timeout=TIMEOUT)

    def send(self, request: Request) -> tuple[float, int]:
        """Seconds until the last byte had arrived, and the size of the answer in bytes."""
        started = time.perf_counter()
        self._http.request(request.method, request.path, request.body.encode() or None, request.headers)
        response = self._http.getresponse()
        body = response.read()
        took = time.perf_counter() - started
        if response.status not in request.expected:
            raise Unexpected(
                f"{request.method} {request.path}: {response.status}\n{body[:500].decode(errors='replace')}"
            )
        return took, len(body)

    def close(self) -> None:
        self._http.close()


def in_turns(port: int, makes: Sequence[Make], rounds: int, meter: Meter) -> list[list[Sample]]:
    """Samples of each kind of request, one of each in turn on one connection: what disturbs one disturbs all."""
    connection = Connection(port)
    samples: list[list[Sample]] = [[] for _make in makes]
    try:
        for number in range(rounds):
            for make, found in zip(makes, samples, strict=True):
                before = meter.read()
                took, _size = connection.send(make(number))
                found.append(Sample(took, meter.read() - before))
    finally:
        connection.close()
    return samples


def at_once(port: int, make: Make, connections: int, numbers: Sequence[int]) -> tuple[list[float], float]:
    """Seconds of each of the requests with these numbers over several connections, and how many were answered in a
    second."""
    left = iter(numbers)
    times: list[float] = []
    problems: list[Exception] = []

    def work() -> None:
        connection = Connection(port)
        try:
            while not problems and (number := next(left, None)) is not None:
                times.append(connection.send(make(number))[0])
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return times, len(times) / (time.perf_counter() - started)
