"""Somebody else's service: decides cases, keeps the receipts, decides them again when asked.

`uvicorn app:service --factory` starts it, with its receipts in `receipts.sqlite`.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

import policyrules

RULESETS = ("cn-nm/job-stabilisation-refund",)


class Case(BaseModel):
    """The body of a request for a decision; `facts` go by subject or by full name."""

    on: date
    facts: dict[str, Any]
    language: Literal["zh", "en"] = "zh"


BODY = {"requestBody": {"content": {"application/json": {"schema": Case.model_json_schema()}}}}


async def case_of(request: Request) -> Case:
    """Reads the body; a number in it is the decimal that stands there, never a binary float."""
    try:
        return Case.model_validate(json.loads(await request.body(), parse_float=Decimal))
    except ValidationError as error:
        # Without the input: a message about a case should not repeat the case.
        errors = error.errors(include_input=False, include_context=False, include_url=False)
        raise RequestValidationError(errors) from None
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body is not JSON") from None


class Receipts:
    """The receipts in SQLite. The facts have a column of their own, so that they can go first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.open() as database:
            database.execute(
                "create table if not exists receipts "
                "(hash text primary key, receipt text not null, facts text)"
            )

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one request: requests run in threads, and no two may share one."""
        with closing(sqlite3.connect(self.path, timeout=30)) as database, database:
            yield database

    def keep(self, receipt: policyrules.Receipt) -> None:
        """Keeps the receipt without its facts, and the facts beside it."""
        data = receipt.redacted().to_dict()
        facts = None if receipt.facts is None else json.dumps(dict(receipt.facts))
        row = (data["receipt_hash"], json.dumps(data), facts)
        with self.open() as database:
            database.execute("insert or replace into receipts values (?, ?, ?)", row)

    def find(self, hash_: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """The redacted receipt with this hash, and its facts, unless they have gone."""
        query = "select receipt, facts from receipts where hash = ?"
        with self.open() as database:
            row = database.execute(query, (hash_,)).fetchone()
        if row is None:
            raise HTTPException(404, "there is no such receipt")
        return json.loads(row[0]), json.loads(row[1]) if row[1] else None

    def forget_facts(self, hash_: str) -> None:
        """Drops the facts; the receipt stays, and whoever has them can still prove them."""
        with self.open() as database:
            database.execute("update receipts set facts = null where hash = ?", (hash_,))


def service(path: Path = Path("receipts.sqlite")) -> FastAPI:
    """The application: loads the policies once, for all threads."""
    policies = {name: policyrules.load(name) for name in RULESETS}
    receipts = Receipts(path)
    app = FastAPI(title="Decisions")

    @app.exception_handler(policyrules.PolicyRulesError)
    def refused(_: Request, error: policyrules.PolicyRulesError) -> JSONResponse:
        return JSONResponse({"error": error.to_dict()}, status_of(error))

    @app.get("/health")
    def health() -> dict[str, Any]:
        return {"status": "ok", "rulesets": sorted(policies)}

    @app.post("/decisions/{ruleset:path}", openapi_extra=BODY)
    def decide(ruleset: str, case: Annotated[Case, Depends(case_of)]) -> dict[str, Any]:
        if ruleset not in policies:
            raise policyrules.RulesetNotFound(ruleset)
        decision = policies[ruleset].on(case.on).decide(case.facts)
        receipts.keep(decision.receipt)
        return decision.to_dict(case.language)

    @app.get("/receipts/{hash_}")
    def receipt(hash_: str) -> dict[str, Any]:
        return receipts.find(hash_)[0]

    @app.delete("/receipts/{hash_}/facts", status_code=204)
    def forget(hash_: str) -> None:
        receipts.forget_facts(hash_)

    @app.post("/receipts/{hash_}/replay")
    def replay(hash_: str) -> dict[str, Any]:
        stored, facts = receipts.find(hash_)
        policy = policies.get(stored["ruleset"])
        return policyrules.replay({**stored, "facts": facts}, policy=policy).to_dict()

    return app


def status_of(error: policyrules.PolicyRulesError) -> int:
    """The HTTP status of an error: what the caller can mend is 4xx, a surprise of ours 500."""
    match error:
        case policyrules.RulesetNotFound():
            return 404
        case policyrules.NotInForce() | policyrules.ReceiptError():
            return 409
        case policyrules.FactsError():
            return 422
        case _:
            return 500
