"""The Python entry points: loading, days, deciding, sharing between threads, and refused calls."""

import gc
import shutil
import sys
import threading
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.oracle.boundary_facts import ARTICLE_DAY, good_firm, to_package
from tests.support.scale import scaled

import policyrules
from policyrules.api.policy import DatedPolicy, kernel_name
from policyrules.catalogue.heads import rulesets
from policyrules.catalogue.store import shipped_folder

REFUND = "cn-nm/job-stabilisation-refund"
FIRM: Mapping[str, Mapping[str, object]] = {
    "pooling_area": {"fund_reserve_years": Decimal("1.8")},
    "employer": {
        "kind": "enterprise",
        "size": "small",
        "insured_headcount": 30,
        "laid_off": 6,
        "full_paid_months": 12,
        "premium_paid": Decimal("43210.55"),
        "dishonesty_listed": False,
        "zombie_listed": False,
        "environment_compliant": True,
    },
}


@pytest.fixture(scope="module")
def refund() -> DatedPolicy:
    return policyrules.load(REFUND).on(ARTICLE_DAY)


def test_a_firm_of_30_with_6_laid_off_is_paid_90_percent_to_the_fen(refund: DatedPolicy) -> None:
    decision = refund.decide(FIRM)
    assert decision.status == "eligible"
    assert decision.amount is not None
    assert decision.amount.value == Fraction("38889.50")
    assert decision.amount.unrounded == Fraction("38889.495")
    assert decision.values["refund_rate"].data() == "9/10"
    assert not decision.missing
    assert not decision.unsettled


def test_every_form_of_exact_fact_is_understood_alike(refund: DatedPolicy) -> None:
    written = {
        "pooling_area.fund_reserve_years": "9/5",
        "employer": {**FIRM["employer"], "kind": "企业", "premium_paid": "43210.55 CNY"},
    }
    assert refund.decide(written) == refund.decide(FIRM)


def test_a_path_with_its_own_vocabulary_is_loaded(tmp_path: Path) -> None:
    shutil.copytree(shipped_folder(), tmp_path / "rulesets")
    path = tmp_path / "rulesets" / "cn-nm" / "job-stabilisation-refund.yaml"
    path.write_text(path.read_text("utf-8").replace("value: 30\n", "value: 31\n"), "utf-8")
    firm_of_31 = {**to_package(good_firm()), "employer.insured_headcount": 31}
    firm_of_31["employer.laid_off"] = 6
    assert policyrules.load(path).on(ARTICLE_DAY).decide(firm_of_31).status == "eligible"
    assert policyrules.load(REFUND).on(ARTICLE_DAY).decide(firm_of_31).status == "ineligible"


def test_the_content_hash_is_that_of_the_meaning(tmp_path: Path) -> None:
    shutil.copytree(shipped_folder(), tmp_path / "rulesets")
    path = tmp_path / "rulesets" / "cn-nm" / "job-stabilisation-refund.yaml"
    text = path.read_text("utf-8")
    before = policyrules.load(REFUND).ruleset.content_hash
    path.write_text("# another comment\n" + text.replace("\n", "\r\n"), "utf-8")
    assert policyrules.load(path).ruleset.content_hash == before
    path.write_text(text.replace("value: 20%", "value: 21%"), "utf-8")
    assert policyrules.load(path).ruleset.content_hash != before


@pytest.mark.parametrize("wanted", ["cn-nm/job-stabilization-refund", "refund", "", "no/such"])
def test_a_ruleset_that_does_not_exist_is_named_with_a_remedy(wanted: str) -> None:
    with pytest.raises(policyrules.RulesetNotFound) as caught:
        policyrules.load(wanted)
    assert f"`{wanted}`" in str(caught.value)
    assert caught.value.remedy


def test_a_path_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(policyrules.RulesetNotFound, match="no such file"):
        policyrules.load(tmp_path / "none.yaml")
    with pytest.raises(policyrules.RulesetNotFound, match="folder"):
        policyrules.load(tmp_path)


@pytest.mark.parametrize(
    "day, code",
    [(date(2021, 12, 31), "not-yet-in-force"), (date(2023, 1, 1), "ended"), (date.max, "ended")],
)
def test_a_day_outside_the_policy_is_a_typed_answer(day: date, code: str) -> None:
    with pytest.raises(policyrules.NotInForce) as caught:
        policyrules.load(REFUND).on(day)
    assert caught.value.to_dict() == {
        "code": code,
        "ruleset": REFUND,
        "on": day.isoformat(),
        "from": "2022-01-01",
        "to": "2022-12-31",
        "message": str(caught.value),
    }


def test_the_first_and_the_last_day_are_days_of_the_policy() -> None:
    policy = policyrules.load(REFUND)
    for day in (date(2022, 1, 1), date(2022, 12, 31)):
        assert policy.on(day).decide(FIRM).status == "eligible"


def test_a_rate_that_contradicts_the_counts_names_all_three(refund: DatedPolicy) -> None:
    with pytest.raises(policyrules.FactsError) as caught:
        refund.decide(
            {"employer.laid_off": 6, "employer.insured_headcount": 30, "employer.layoff_rate": "5%"}
        )
    assert caught.value.code == "facts-disagree"
    assert set(caught.value.facts) == {
        "employer.layoff_rate",
        "employer.laid_off",
        "employer.insured_headcount",
    }


def test_an_engine_or_kernel_that_does_not_exist_is_refused(refund: DatedPolicy) -> None:
    with pytest.raises(ValueError, match="no engine"):
        refund.decide(FIRM, engine="sql")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="kernels"):
        refund.decide(FIRM, engine="reference", kernel="fixpoint")
    with pytest.raises(ValueError, match="no kernel"):
        refund.decide(FIRM, kernel="rete")


def test_no_missing_fact_makes_anybody_eligible(refund: DatedPolicy) -> None:
    whole = {
        f"{subject}.{name}": value
        for subject, facts in FIRM.items()
        for name, value in facts.items()
    }
    needed = set(whole) - {"employer.size", "employer.premium_paid"}
    for name in needed:
        without = {other: value for other, value in whole.items() if other != name}
        for engine in ("forward", "reference"):
            decision = refund.decide(without, engine=engine)
            assert decision.status == "undetermined", name
            assert name in {n for m in decision.missing for n in (m.fact, *m.alternatives)}
    assert refund.decide({}).status == "undetermined"


def test_the_same_case_gives_the_same_decision_and_reasons(refund: DatedPolicy) -> None:
    first, second = refund.decide(FIRM), refund.decide(FIRM)
    assert first == second
    assert first.to_dict() == second.to_dict()
    assert first.to_dict("en") == refund.decide(dict(sorted(FIRM.items()))).to_dict("en")


def test_the_receipt_says_what_decided(refund: DatedPolicy) -> None:
    receipt = refund.decide(FIRM).receipt
    assert receipt.kernel.partition(" ")[0] == kernel_name()
    assert receipt.facts is not None
    assert receipt.facts["employer.premium_paid"] == "43210.55"
    redacted = receipt.redacted()
    assert redacted.facts is None
    assert redacted.facts_hash == receipt.facts_hash
    assert refund.decide(FIRM, engine="reference").receipt.engine == "reference"


@pytest.mark.slow
def test_threads_share_a_policy(refund: DatedPolicy) -> None:
    cases = []
    for laid_off in range(12):
        facts = {**to_package(good_firm()), "employer.laid_off": laid_off}
        cases.append((facts, refund.decide(facts, engine="reference").status))
    wrong: list[object] = []

    def work() -> None:
        for _ in range(scaled(10, 400)):
            for facts, expected in cases:
                try:
                    status = refund.decide(facts).status
                except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
                    wrong.append(error)
                    return
                if status != expected:
                    wrong.append((facts, status, expected))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert {expected for _, expected in cases} == {"eligible", "ineligible"}


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc/self/statm")
def test_memory_stays_flat_over_many_decisions(refund: DatedPolicy) -> None:
    def resident_pages() -> int:
        gc.collect()
        return int(Path("/proc/self/statm").read_text("ascii").split()[1])

    for _ in range(2_000):
        refund.decide(FIRM)
    before = resident_pages()
    for _ in range(scaled(4_000, 200_000)):
        refund.decide(FIRM)
    grown = (resident_pages() - before) * 4096
    assert grown < 5_000_000, f"{grown:,} bytes"


def test_the_shipped_rulesets_are_listed() -> None:
    entries = rulesets()
    assert [entry.id for entry in entries if not entry.extends] == [
        "cn-nm/grassroots-senior-title",
        "cn-nm/job-expansion-subsidy",
        REFUND,
        "cn-nm/retention-training-subsidy",
        "cn/job-expansion-subsidy",
        "cn/job-stabilisation-refund",
    ]
    issued = {entry.source_issued for entry in entries if not entry.extends}
    assert issued == {"2022-11-25", "2022-08-19", "2022-04-25"}
    assert {entry.source_issued for entry in entries if entry.id.startswith("cn-sc")} == {"2022-06"}
    assert {entry.extends for entry in entries if entry.id == f"{REFUND}.2023"} == {(REFUND,)}


@pytest.mark.checkout
def test_a_checkout_shows_its_own_rulesets() -> None:
    checkout = Path(__file__).parents[2]
    assert shipped_folder() == checkout / "rulesets"
