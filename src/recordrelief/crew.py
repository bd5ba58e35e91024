"""Several processes that do the steps of a run in parts, each with a share of the processors.

A process of the crew reads what it is to do from its standard input and answers on its standard output. When the one
that leads it is gone, however it went, it ends too.
"""

from __future__ import annotations

import base64
import os
import pickle
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs

from recordrelief import errors
from recordrelief.boundary import place_of
from recordrelief.errors import RecordReliefError
from recordrelief.formats.spreading import Spreading
from recordrelief.part_journal import Journal
from recordrelief.part_work import Work, check_origins, origins_told
from recordrelief.run_requests import RunRequest, Setup

Do = Callable[[str, int], None]
"""Does a step: its kind and number."""


@attrs.frozen(kw_only=True)
class _Task:
    """What a process of the crew is told when it begins. It travels by pickle."""

    request: RunRequest
    spreading: Spreading
    directory: Path
    origins: Mapping[str, tuple[str, str]]
    where: str
    paths: tuple[str, ...]


@contextmanager
def crew(work: Work, jobs: int, *, apart: bool) -> Iterator[Callable[[str, Sequence[int]], list[Future[None]]]]:
    """What does steps: from their kind and numbers to a future each.

    Args:
        work: all that a step needs.
        jobs: how many steps are done at a time.
        apart: whether processes of their own do them; else this one does, one after another.
    """
    hands = [_Hand(work, jobs) for _ in range(jobs)] if apart and jobs > 1 else []
    idle: queue.SimpleQueue[Do] = queue.SimpleQueue()
    for do in [hand.do for hand in hands] or [work.do]:
        idle.put(do)

    def one(kind: str, number: int) -> None:
        do = idle.get()
        try:
            do(kind, number)
        finally:
            idle.put(do)

    pool = ThreadPoolExecutor(max(len(hands), 1))
    try:
        yield lambda kind, numbers: [pool.submit(one, kind, number) for number in numbers]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for hand in hands:
            hand.end()
        pool.shutdown(wait=True)


class _Hand:
    """One process of the crew."""

    def __init__(self, work: Work, jobs: int) -> None:
        threads = max(1, (os.cpu_count() or 1) // jobs)
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from recordrelief.crew import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "POLARS_MAX_THREADS": str(threads)},
        )
        task = _Task(
            request=work.setup.request,
            spreading=work.spreading,
            directory=work.journal.directory,
            origins=origins_told(work.setup),
            where=os.getcwd(),
            paths=tuple(sys.path),
        )
        self._send(pickle.dumps(task))

    def do(self, kind: str, number: int) -> None:
        """Have a step done.

        Raises:
            RecordReliefError: it cannot be done.
            OSError: it cannot be written.
        """
        self._send(f"{kind} {number}".encode())
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        if not answer:
            code = self._process.wait()
            raise RecordReliefError(
                "A process of the run ended before its time.",
                found=f"signal {-code}" if code < 0 else f"exit code {code}",
                cure="If memory was short, give the run less of it with --memory: its parts are then smaller.",
            )
        if told := answer.strip():
            raise _error(base64.b64decode(told))

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def _send(self, message: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(base64.b64encode(message) + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer that is missing tells it


def serve() -> None:
    """Be a process of a crew: do what standard input says, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever leads is interrupted too, and ends this one
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a plugin prints is no answer
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, lines), daemon=True).start()
    task: _Task = pickle.loads(base64.b64decode(lines.get()))
    work: Work | None = None
    while True:
        kind, number = base64.b64decode(lines.get()).decode().split()
        try:
            if work is None:
                work = _work(task)
            work.do(kind, int(number))
        except Exception as error:
            answers.write(base64.b64encode(_told(error)) + b"\n")
        else:
            answers.write(b"\n")


def _listen(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    os._exit(1)  # nobody waits for the answer any more


def _work(task: _Task) -> Work:
    from recordrelief.plugins import load

    setup = Setup.of(task.request, load(task.request.plugins))
    check_origins(setup, task.origins)
    journal = Journal.begun(task.directory, setup)
    assert journal is not None
    return Work(setup, task.spreading, journal)


def _told(error: Exception) -> bytes:
    """An error as it travels: by its parts, never with what it was working on."""
    told: dict[str, Any]
    if isinstance(error, RecordReliefError):
        parts = ("what", "where", "found", "expected", "cure")
        told = {"kind": type(error).__name__, **{name: getattr(error, name) for name in parts}}
    elif isinstance(error, OSError):
        told = {"errno": error.errno, "strerror": error.strerror, "filename": error.filename}
    elif number := re.search(r"\(os error ([0-9]+)\)", str(error)):
        told = {"errno": int(number[1]), "strerror": os.strerror(int(number[1])), "filename": None}
    else:
        told = {"failed": type(error).__name__ + place_of(error)}
    return pickle.dumps(told)


def _error(message: bytes) -> Exception:
    told = pickle.loads(message)
    if "errno" in told:
        return OSError(told["errno"], told["strerror"], told["filename"])
    if "kind" in told:
        kind = getattr(errors, told.pop("kind"), errors.PluginError)
        return RecordReliefError(**told) if kind is errors.SourceFaults else kind(told.pop("what"), **told)
    return RecordReliefError(f"A process of the run failed ({told['failed']}).", cure="Please tell its authors.")
