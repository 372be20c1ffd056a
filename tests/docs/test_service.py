"""The service in `docs/examples/service` answers as its README says, in several threads."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from docs.examples.service.app import service

import policyrules

pytestmark = [pytest.mark.slow, pytest.mark.installed]

REFUND = "cn-nm/job-stabilisation-refund"
REFUSED = {"on": "2022-11-25", "facts": {"employer": {"layoff_rate": "23%"}}, "language": "en"}

Request = tuple[str, str, object]
Ask = Callable[..., list[httpx.Response]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "receipts.sqlite"


@pytest.fixture
def ask(database: Path) -> Ask:
    """Sends requests at the same time, a text as it stands and anything else as JSON."""
    app = service(database)

    async def answers(*requests: Request) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:

            async def sent(method: str, path: str, body: object) -> httpx.Response:
                text = body if isinstance(body, str) else json.dumps(body)
                return await client.request(method, path, content=text)

            return await asyncio.gather(*(sent(*request) for request in requests))

    return lambda *requests: asyncio.run(answers(*requests))


def decide(body: object, ruleset: str = REFUND) -> Request:
    return "POST", f"/decisions/{ruleset}", body


def test_a_case_is_decided_in_the_request(ask: Ask) -> None:
    (answer,) = ask(decide(REFUSED))
    assert answer.status_code == 200
    decision = answer.json()
    assert (decision["status"], decision["conditions"]["failed"]) == ("ineligible", ["layoffs"])
    assert decision["warnings"][0].isascii()


def test_a_number_in_the_body_is_the_decimal_that_stands_there(ask: Ask) -> None:
    (answer,) = ask(decide('{"on": "2022-11-25", "facts": {"employer.layoff_rate": 0.055}}'))
    assert answer.json()["receipt"]["facts"] == {"employer.layoff_rate": "0.055"}


def test_the_receipt_is_kept_without_its_facts_and_found_by_its_hash(
    ask: Ask, database: Path
) -> None:
    receipt = ask(decide(REFUSED))[0].json()["receipt"]
    (answer,) = ask(("GET", f"/receipts/{receipt['receipt_hash']}", ""))
    assert answer.json() == {**receipt, "facts": None}
    assert policyrules.Receipt.from_dict(answer.json()).facts is None
    with closing(sqlite3.connect(database)) as rows:
        kept = rows.execute("select receipt, facts from receipts").fetchall()
    assert [(json.loads(stored)["facts"], json.loads(facts)) for stored, facts in kept] == [
        (None, receipt["facts"])
    ]


def test_a_receipt_is_replayed_as_long_as_its_facts_are_there(ask: Ask) -> None:
    hash_ = ask(decide(REFUSED))[0].json()["receipt"]["receipt_hash"]
    replay = ("POST", f"/receipts/{hash_}/replay", "")
    assert ask(replay)[0].json() == {
        "is_same": True,
        "ruleset": REFUND,
        "on": "2022-11-25",
        "differences": [],
        "notes": [],
    }
    assert ask(("DELETE", f"/receipts/{hash_}/facts", ""))[0].status_code == 204
    (answer,) = ask(replay)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no-facts")
    assert ask(("GET", f"/receipts/{hash_}", ""))[0].status_code == 200


def test_a_receipt_that_was_altered_in_the_database_is_found_out(ask: Ask, database: Path) -> None:
    hash_ = ask(decide(REFUSED))[0].json()["receipt"]["receipt_hash"]
    with closing(sqlite3.connect(database)) as rows, rows:
        rows.execute("update receipts set receipt = replace(receipt, 'ineligible', 'eligible')")
    answer = ask(("POST", f"/receipts/{hash_}/replay", ""))[0].json()
    assert [difference["name"] for difference in answer["differences"]] == [
        "receipt-altered",
        "status",
    ]


@pytest.mark.parametrize(
    "request_, status, code",
    [
        (decide({**REFUSED, "facts": {"employer.laid_off": -7}}), 422, "invalid-facts"),
        (decide(REFUSED, "cn-nm/unknown"), 404, "ruleset-not-found"),
        (decide({**REFUSED, "on": "2023-01-05"}), 409, "ended"),
    ],
)
def test_an_error_is_answered_as_data(ask: Ask, request_: Request, status: int, code: str) -> None:
    (answer,) = ask(request_)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize(
    "request_, status",
    [
        (decide("{"), 400),
        (decide("[" * 100_000), 400),
        (decide({"on": "2022-02-30", "facts": {"employer.laid_off": 4711}}), 422),
        (decide({"facts": {"employer.laid_off": 4711}}), 422),
        (("GET", "/receipts/sha256:0", ""), 404),
        (("POST", "/receipts/sha256:0/replay", ""), 404),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(ask: Ask, request_: Request, status: int) -> None:
    (answer,) = ask(request_)
    assert answer.status_code == status
    assert "4711" not in answer.text


def test_it_says_that_it_is_there_and_what_it_takes(ask: Ask) -> None:
    health, schema = ask(("GET", "/health", ""), ("GET", "/openapi.json", ""))
    assert health.json() == {"status": "ok", "rulesets": [REFUND]}
    taken = schema.json()["paths"]["/decisions/{ruleset}"]["post"]["requestBody"]
    assert set(taken["content"]["application/json"]["schema"]["properties"]) == {
        "on",
        "facts",
        "language",
    }


def test_cases_that_come_at_the_same_time_are_all_decided_and_kept(ask: Ask) -> None:
    cases = [
        decide({**REFUSED, "facts": {"employer": {"laid_off": n, "insured_headcount": 30}}})
        for n in range(12)
    ]
    decided = [answer.json() for answer in ask(*cases)]
    assert [decision["receipt"]["facts"]["employer.laid_off"] for decision in decided] == [
        str(n) for n in range(12)
    ]
    assert [decision["status"] for decision in decided] == ["undetermined"] * 7 + ["ineligible"] * 5
    replays = ask(
        *(
            ("POST", f"/receipts/{decision['receipt']['receipt_hash']}/replay", "")
            for decision in decided
        )
    )
    assert all(answer.json()["is_same"] for answer in replays)
