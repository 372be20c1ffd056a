"""Replay of receipts: the same decision again, or the differences by name."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from tests.support.scale import scaled
from tests.support.shipped import IDS, shipped

import policyrules
from policyrules.api.policy import Engine
from policyrules.api.replay import read_receipt_file
from policyrules.decisions.receipt import digest
from policyrules.engines.forward import durable
from policyrules.testing.properties.strategies import days_for, facts_for

ROOT = Path(__file__).parents[2]
DAY = date(2022, 11, 25)
POLICY = shipped("cn-nm/job-stabilisation-refund")
FACTS = {
    "employer.layoff_rate": "23%",
    "employer.kind": "law_firm",
    "employer.premium_paid": "100.00",
}
DECISION = POLICY.on(DAY).decide(FACTS)

Changed = Callable[[dict[str, Any]], None]


def receipt(**changed: Any) -> dict[str, Any]:
    """The receipt of the refused firm, changed by whoever does not know of the hash."""
    return {**deepcopy(DECISION.receipt.to_dict()), **changed}


def sealed(**changed: Any) -> dict[str, Any]:
    """The receipt, changed by whoever makes its hashes anew."""
    made = receipt(**changed)
    made["facts_hash"] = digest(made["facts"])
    hashed = {key: part for key, part in made.items() if key not in {"facts", "receipt_hash"}}
    return {**made, "receipt_hash": digest(hashed)}


def differences(replay: policyrules.Replay) -> dict[str, tuple[Any, Any]]:
    return {
        difference.name: (difference.recorded, difference.current)
        for difference in replay.differences
    }


# --- the same decision ---------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
@given(data=st.data())
@settings(max_examples=scaled(10, long=3_000))
def test_every_decision_is_the_same_when_it_is_decided_again(
    name: str, data: st.DataObject
) -> None:
    policy = shipped(name)
    facts = data.draw(facts_for(policy.ruleset))
    try:
        made = policy.on(data.draw(days_for(policy.ruleset))).decide(facts).receipt
    except policyrules.FactsError:
        reject()
    read = policyrules.Receipt.from_dict(json.loads(json.dumps(made.to_dict())))
    assert read == made
    again = policyrules.replay(read.to_dict(), policy=policy)
    assert (again.is_same, again.differences, again.notes) == (True, (), ())
    assert again.decision is not None
    assert again.decision.receipt == made
    assert policyrules.replay(made.redacted(), facts=facts, policy=policy).is_same


@pytest.mark.parametrize("engine, kernel", [("reference", None), ("forward", "fixpoint")])
def test_the_engine_that_decided_decides_again(engine: Any, kernel: str | None) -> None:
    made = POLICY.on(DAY).decide(FACTS, engine=engine, kernel=kernel).receipt
    again = policyrules.replay(made)
    assert again.is_same
    assert not again.notes
    assert again.decision is not None
    assert again.decision.receipt.kernel == made.kernel


def test_the_installed_ruleset_is_taken_and_a_whole_decision_will_do() -> None:
    assert policyrules.replay(DECISION.to_dict()).is_same
    assert policyrules.replay(receipt()).to_dict() == {
        "is_same": True,
        "ruleset": POLICY.id,
        "on": "2022-11-25",
        "differences": [],
        "notes": [],
    }
    assert policyrules.replay(DECISION.receipt).explain("en").startswith("The same decision\n")
    assert policyrules.replay(DECISION.receipt).explain().startswith("同一决定\n")


def test_a_receipt_of_a_later_library_may_say_more() -> None:
    assert policyrules.replay(sealed(overlays=[])).is_same


# --- circumstances that are no difference --------------------------------------------------------


@pytest.mark.parametrize(
    "changed, name, sentence",
    [
        ({"library": "0.0.9"}, "library", "policyrules 0.0.9 in the receipt"),
        ({"kernel": "durable_rules 9"}, "kernel", "durable_rules 9 in the receipt"),
        ({"kernel": "rete"}, "kernel", "is what is installed here"),
        ({"engine": "columnar", "kernel": "duckdb"}, "engine", "which is not there now"),
    ],
)
def test_another_library_engine_or_kernel_is_noted(
    changed: dict[str, str], name: str, sentence: str
) -> None:
    again = policyrules.replay(sealed(**changed))
    assert again.is_same
    assert name in [note.name for note in again.notes]
    assert sentence in again.explain("en")


@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_the_engine_of_the_receipt_decides_again(engine: Engine) -> None:
    made = POLICY.on(DAY).decide(FACTS, engine=engine)
    again = policyrules.replay(made.receipt)
    assert (again.is_same, again.notes) == (True, ())


def test_where_the_kernel_is_not_installed_the_default_decides_and_it_is_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = sealed(engine="forward", kernel="durable_rules 2.0.28")

    def missing() -> None:
        raise durable.KernelMissing("no module")

    for module in ("durable", "kernels"):
        monkeypatch.setattr(f"policyrules.engines.forward.{module}.load", missing)
    again = policyrules.replay(made, policy=policyrules.load(POLICY.id))
    assert again.is_same
    assert [(note.name, note.current) for note in again.notes] == [("kernel", "fixpoint")]


# --- differences ---------------------------------------------------------------------------------


def test_an_altered_outcome_is_named_with_the_part_that_differs() -> None:
    outcome = DECISION.receipt.to_dict()["outcome"]
    outcome["status"] = "eligible"
    outcome["amount"] |= {"status": "exact", "value": "90.00"}
    altered = policyrules.replay(receipt(outcome=outcome))
    assert differences(altered) == {
        "receipt-altered": (None, None),
        "status": ("eligible", "ineligible"),
        "amount.status": ("exact", "not_applicable"),
        "amount.value": ("90.00", None),
    }
    assert "`amount.value`: 90.00 in the receipt, — now" in altered.explain("en")
    assert "凭证被改动过" in altered.explain("zh")
    # Made anew, the hash fits: what is decided again is the proof, not the hash.
    assert "receipt-altered" not in differences(policyrules.replay(sealed(outcome=outcome)))
    assert "status" in differences(policyrules.replay(sealed(outcome=outcome)))


def test_on_altered_facts_nothing_is_decided_again() -> None:
    facts = {**FACTS, "employer.layoff_rate": "0.02"}
    again = policyrules.replay(receipt(facts=facts))
    assert list(differences(again)) == ["facts-altered"]
    assert again.decision is None
    again = policyrules.replay(receipt(facts=facts), facts=FACTS)
    assert list(differences(again)) == ["facts-altered"]
    assert again.decision is not None
    # With hashes made anew the other facts are decided, and the outcome gives it away.
    again = policyrules.replay(sealed(facts=facts))
    assert differences(again)["status"] == ("ineligible", "undetermined")


def test_a_ruleset_that_has_changed_is_named_with_what_it_changed_here() -> None:
    again = policyrules.replay(sealed(content_hash="sha256:0"))
    assert differences(again) == {"ruleset-changed": ("sha256:0", DECISION.receipt.content_hash)}
    assert "the outcome of this case is the same" in again.explain("en")
    outcome = {**DECISION.receipt.outcome, "status": "eligible"}
    again = policyrules.replay(sealed(content_hash="sha256:0", outcome=outcome))
    assert list(differences(again)) == ["ruleset-changed", "status"]
    assert "the outcome of this case is the same" not in again.explain("en")


@pytest.mark.parametrize(
    "changed, code",
    [
        ({"on": "2023-01-05"}, "ended"),
        ({"facts": {"employer.laid_off": "-7"}}, "invalid-facts"),
        ({"facts": {"employer.renamed_since": "7"}}, "invalid-facts"),
        ({"facts": {"employer.laid_off": ["7", {"id": "p1"}]}}, "invalid-facts"),
    ],
)
def test_what_cannot_be_decided_now_is_a_difference(changed: dict[str, Any], code: str) -> None:
    again = policyrules.replay(sealed(**changed))
    assert differences(again) == {"not-decided": (None, code)}
    assert again.decision is None
    given = policyrules.replay(sealed(**changed), facts=FACTS)
    assert not given.is_same


def test_the_decision_around_a_receipt_must_say_what_the_receipt_says() -> None:
    again = policyrules.replay({**DECISION.to_dict(), "status": "eligible"})
    assert differences(again) == {"decision-altered": ("ineligible", "eligible")}


# --- redacted receipts ---------------------------------------------------------------------------


def test_a_redacted_receipt_is_decided_on_facts_whose_hash_is_its_own() -> None:
    redacted = receipt(facts=None)
    assert policyrules.replay(redacted, facts={"employer": {"layoff_rate": "0.23"}, **REST}).is_same
    other = policyrules.replay(redacted, facts=FACTS | {"employer.layoff_rate": "24%"})
    assert list(differences(other)) == ["other-facts"]
    assert other.decision is None


REST = {name: fact for name, fact in FACTS.items() if name != "employer.layoff_rate"}


def test_a_redacted_receipt_without_facts_cannot_be_replayed() -> None:
    with pytest.raises(policyrules.ReceiptError) as raised:
        policyrules.replay(receipt(facts=None))
    assert raised.value.code == "no-facts"
    assert "--facts" in raised.value.remedy


def test_given_facts_that_are_wrong_are_the_givers_to_mend() -> None:
    with pytest.raises(policyrules.FactsError):
        policyrules.replay(receipt(facts=None), facts={"employer.laid_off": -7})


# --- what is no receipt --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made, place, message",
    [
        ([], "", "a receipt is a mapping"),
        ({}, "", "the receipt has no `ruleset`"),
        ({"receipt": {}}, "", "the receipt has no `ruleset`"),
        (receipt(facts="none"), "facts", "`facts` of the receipt is not a mapping, or null"),
        (receipt(language=True), "language", "`language` of the receipt is not a whole number"),
        (receipt(outcome=None), "outcome", "`outcome` of the receipt is not a mapping"),
        (receipt(on="20221125"), "on", "`on` of the receipt is not a day"),
        (receipt(on="2022-02-30"), "on", "`on` of the receipt is not a day"),
    ],
)
def test_what_is_no_receipt_is_refused_with_its_place(made: Any, place: str, message: str) -> None:
    with pytest.raises(policyrules.ReceiptError) as raised:
        policyrules.replay(made)
    error = raised.value.to_dict()
    assert (error["code"], error["place"], error["message"]) == ("invalid-receipt", place, message)
    assert message in str(raised.value)


def test_another_version_of_the_language_is_refused() -> None:
    with pytest.raises(policyrules.ReceiptError, match="another version of the language"):
        policyrules.replay(sealed(language=2))


def test_a_receipt_names_a_ruleset_and_never_a_file() -> None:
    town = str(ROOT / "docs" / "examples" / "town" / "xx" / "winter-heating-grant.yaml")
    for name in ("cn-nm/unknown", town, "../etc/passwd", "", "x\n/y.yaml"):
        with pytest.raises(policyrules.RulesetNotFound):
            policyrules.replay(sealed(ruleset=name))


def test_a_ruleset_of_ones_own_is_given_besides() -> None:
    town = ROOT / "docs" / "examples" / "town" / "xx" / "winter-heating-grant.yaml"
    grant = policyrules.load(town)
    made = grant.on(date(2024, 12, 1)).decide({"household.members": 4}).receipt
    assert policyrules.replay(made, policy=grant).is_same
    with pytest.raises(policyrules.ReceiptError, match="another ruleset than"):
        policyrules.replay(made, policy=POLICY)


def test_from_dict_refuses_what_was_altered() -> None:
    assert policyrules.Receipt.from_dict(receipt()) == DECISION.receipt
    assert policyrules.Receipt.from_dict(receipt(facts=None)) == DECISION.receipt.redacted()
    for changed, code in (
        ({"library": "2"}, "receipt-altered"),
        ({"facts": {}}, "facts-altered"),
        ({"facts": {"a": object()}}, "facts-altered"),
        ({"outcome": {"status": "\ud800"}}, "receipt-altered"),
    ):
        changes: Mapping[str, Any] = changed
        with pytest.raises(policyrules.ReceiptError) as raised:
            policyrules.Receipt.from_dict(receipt(**changes))
        assert raised.value.code == code


# --- the file ------------------------------------------------------------------------------------


def test_a_file_says_what_it_said_when_it_was_written() -> None:
    text = json.dumps(DECISION.to_dict(), ensure_ascii=False, indent=2)
    assert read_receipt_file(text.encode(), "d.json") == DECISION.to_dict()
    assert read_receipt_file(b'{"a": [1, null, true, "1", {}]}', "d.json") == {
        "a": [1, None, True, "1", {}]
    }


@pytest.mark.parametrize(
    "text, place, message",
    [
        (b"", "r.json", "a value is missing"),
        (b"{", "r.json:1:2", "a key is missing"),
        (b'{"a": 1, "a": 2}', "r.json:1:10", "the key `a` is repeated"),
        (b"[1]", "r.json:1:1", "the file does not hold a receipt"),
        (b'{"a": ' * 5000, "r.json:1:", "the file is nested too deeply"),
        ('{"a": "大型"}'.encode("gb18030"), "r.json", "GB18030"),
        (b"ruleset: x", "r.json:1:1", "is not JSON"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text: bytes, place: str, message: str) -> None:
    with pytest.raises(policyrules.ReceiptError) as raised:
        read_receipt_file(text, "r.json")
    error = raised.value
    assert error.code == "invalid-receipt"
    assert error.place.startswith(place)
    assert message in str(error)


@pytest.mark.parametrize("number", ["0.5", "1e400", "9" * 5000, "-0"])
def test_a_number_that_no_receipt_has_fits_no_hash(number: str) -> None:
    text = json.dumps(receipt(), ensure_ascii=False).replace('"0.23"', number)
    read = read_receipt_file(text.encode(), "r.json")
    assert list(differences(policyrules.replay(read))) == ["facts-altered"]
