"""A small web service that takes DynamoDB backups and shows how they go."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from pulumi_ddb_backup.automation import (
    AutomationError,
    BackupProgress,
    RunCancelledError,
    Runner,
    backup_runner,
)
from pulumi_ddb_backup.aws import BackupCancelledError, BackupError, StartCancelledError

PAGE = Path(__file__).with_name("page.html")
MOST_WORDS = 200


class Job:
    """One backup that the page has asked for, and all news of it."""

    def __init__(self, table: str, label: str) -> None:
        self.table = table
        self.label = label
        self.news: list[dict[str, Any]] = []
        self.ended = False
        self._cancelled = False
        self._runner: Runner | None = None
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.task = asyncio.create_task(self._take())

    def cancel(self) -> None:
        """End the wait; the backup goes on in AWS, and the same label finds it again."""
        self._cancelled = True
        if self._runner is not None:
            self._runner.cancel()

    async def all_news(self) -> AsyncIterator[dict[str, Any]]:
        """Everything from the beginning, then whatever comes, to the end."""
        told = 0
        while True:
            changed = self._changed
            for piece in self.news[told:]:
                yield piece
            told = len(self.news)
            if self.ended:
                return
            if changed is self._changed:
                await changed.wait()

    async def _take(self) -> None:
        try:
            self._add(await asyncio.to_thread(self._run))
        except (BackupError, AutomationError) as error:
            self._add(self._ending(error))
        except Exception:
            self._add({"phase": "failed", "message": "The service failed; its log has more."})
            raise
        finally:
            self.ended = True
            self._wake()

    def _run(self) -> dict[str, Any]:
        """The whole run, in a thread of its own."""
        self._runner = backup_runner(
            self.table,
            stack_name=self.table,
            backup_name_prefix=f"{self.table}-",
            triggers={"label": self.label},
            on_progress=self._heard,
        )
        if self._cancelled:
            return {"phase": "cancelled", "message": "No backup was started."}
        (backup,) = self._runner.up().backups.values()
        return {"phase": "done", "change": backup.change, **asdict(backup.record)}

    def _ending(self, error: BackupError | AutomationError) -> dict[str, Any]:
        """How it ended without an AVAILABLE backup, and which backup goes on in AWS."""
        if isinstance(error, BackupError):
            arn = error.unfinished.backup_arn if error.unfinished else None
        else:
            arn = next(iter(error.backup_arns), None)
        cancelled = isinstance(
            error, (BackupCancelledError, StartCancelledError, RunCancelledError)
        )
        phase = "cancelled" if cancelled else "failed"
        return {"phase": phase, "message": str(error), "backup_arn": arn}

    def _heard(self, progress: BackupProgress) -> None:
        """One piece of news, in the run's own thread. The end is told by `_take`."""
        if progress.phase in ("starting", "waiting", "notice"):
            self._loop.call_soon_threadsafe(self._add, asdict(progress))

    def _add(self, piece: dict[str, Any]) -> None:
        self.news.append(piece)
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


jobs: dict[str, Job] = {}
"""The latest job of each table, the newest last."""


async def page(request: Request) -> Response:
    return FileResponse(PAGE)


async def start(request: Request) -> Response:
    """Take a backup of a table, or say that one is under way."""
    table, label = _asked(await request.json())
    running = jobs.get(table)
    if running is not None and not running.ended:
        raise HTTPException(409, f"A backup of table '{table}' is under way.")
    jobs.pop(table, None)
    jobs[table] = Job(table, label)
    location = {"Location": f"/backups/{table}/events"}
    return JSONResponse({"table": table, "label": label}, 202, location)


async def known(request: Request) -> Response:
    """The latest backup of each table, for a page that was opened or reloaded meanwhile."""
    return JSONResponse(
        {"jobs": [{"table": job.table, "label": job.label} for job in jobs.values()]}
    )


async def events(request: Request) -> Response:
    """Server-sent events: all news of the table's latest backup."""
    job = _job(request)

    async def stream() -> AsyncIterator[str]:
        async for piece in job.all_news():
            yield f"data: {json.dumps(piece, default=str)}\n\n"
        yield "event: end\ndata: {}\n\n"

    headers = {"Cache-Control": "no-store"}
    return StreamingResponse(stream(), media_type="text/event-stream", headers=headers)


async def cancel(request: Request) -> Response:
    job = _job(request)
    job.cancel()
    return JSONResponse({"table": job.table}, 202)


def _job(request: Request) -> Job:
    job = jobs.get(request.path_params["table"])
    if job is None:
        raise HTTPException(404, "No backup of this table was asked for.")
    return job


def _asked(body: object) -> tuple[str, str]:
    given = body if isinstance(body, Mapping) else {}
    table, label = given.get("table"), given.get("label")
    if not isinstance(table, str) or not re.fullmatch(r"[a-zA-Z0-9_.-]{3,100}", table):
        raise HTTPException(422, "table must be a table's name: 3 to 100 of a-z, A-Z, 0-9, _ . -")
    if not isinstance(label, str) or len(label) > MOST_WORDS:
        raise HTTPException(422, f"label must be a text of up to {MOST_WORDS} characters")
    return table, label


async def failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"message": error.detail}, error.status_code)


async def not_json(request: Request, error: Exception) -> Response:
    return JSONResponse({"message": "The body must be JSON."}, 400)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """At the end, let every run keep its backup's ARN in its stack's state."""
    yield
    for job in jobs.values():
        job.cancel()
    await asyncio.gather(*(job.task for job in jobs.values()))


app = Starlette(
    routes=[
        Route("/", page),
        Route("/backups", known),
        Route("/backups", start, methods=["POST"]),
        Route("/backups/{table}/events", events),
        Route("/backups/{table}", cancel, methods=["DELETE"]),
    ],
    exception_handlers={HTTPException: failed, json.JSONDecodeError: not_json},
    lifespan=lifespan,
)

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ.get("PORT", "8000")),
        log_level="warning",
        timeout_graceful_shutdown=2,
    )
