"""What else is measured: every policy, more and more conditions, lists of more and more items."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import policyrules
from policyrules.api.policy import DatedPolicy

ON: Final = date(2022, 11, 25)
Case = tuple[str, DatedPolicy, dict[str, Any]]

HIRE: Final = {
    "hired_on": "2022-07-15",
    "born_on": "2000-07-16",
    "graduation_year": "2022",
    "contract_signed": True,
    "ui_paid_months": 1,
    "ui_normal_months": ["2022-08"],
    "unemployed_graduate": False,
    "registered_unemployed": False,
    "hiring_subsidy_paid": False,
    "claimed_by_other_employer": False,
}
FACTS: Final[dict[str, dict[str, Any]]] = {
    "cn-nm/job-stabilisation-refund": {
        "pooling_area": {"fund_reserve_years": "1.5"},
        "employer": {
            "kind": "enterprise",
            "size": "small",
            "insured_headcount": 30,
            "laid_off": 6,
            "full_paid_months": 12,
            "premium_paid": "1234.56",
            "dishonesty_listed": False,
            "zombie_listed": False,
            "environment_compliant": True,
        },
    },
    "cn-nm/retention-training-subsidy": {
        "pooling_area": {"fund_reserve_years": 2, "risk_area_dates": ["2022-03-15"]},
        "employer": {
            "kind": "enterprise",
            "industry": "other",
            "insured": True,
            "insured_headcount": 86,
            "stopped_by_epidemic": True,
            "dishonesty_listed": False,
            "zombie_listed": False,
            "environment_compliant": True,
        },
    },
    "cn-nm/job-expansion-subsidy": {
        "employer": {"kind": "enterprise"},
        "hires": [{"id": "p1", **HIRE}],
    },
    "cn-nm/grassroots-senior-title": {
        "application": {"submitted_on": "2022-10-10", "level": "senior"},
        "applicant": {
            "field": "water",
            "at_grassroots_unit": True,
            "long_service_and_outstanding_contribution": True,
            "papers": 0,
            "evidence": ["project_report"],
        },
        "title_uses": [{"id": "u1", "place": "same_unit"}],
    },
}


def policies() -> Iterator[Case]:
    """Each policy with an eligible case of which everything is known."""
    for name, facts in FACTS.items():
        yield name.partition("/")[2], policyrules.load(name).on(ON), facts


def more_hires() -> Iterator[Case]:
    """The expansion subsidy for 1, 10 and 1,000 hires."""
    policy = policyrules.load("cn-nm/job-expansion-subsidy").on(ON)
    for n_hires in (1, 10, 1_000):
        hires = [{"id": f"p{number}", **HIRE} for number in range(n_hires)]
        yield f"{n_hires:,} hires", policy, {"employer": {"kind": "enterprise"}, "hires": hires}


def more_conditions() -> Iterator[Case]:
    """Rulesets of 10, 100 and 1,000 conditions, a fact and a parameter each."""
    for n_conditions in (10, 100, 1_000):
        with tempfile.TemporaryDirectory() as folder:
            policy = policyrules.load(write_ruleset(Path(folder), n_conditions)).on(ON)
        facts = {"firm": {f"n_{number}": 200 for number in range(n_conditions)}}
        yield f"{n_conditions:,} conditions", policy, facts


def write_ruleset(folder: Path, n_conditions: int) -> Path:
    """The file of a ruleset, with its vocabulary and its source beside it."""
    title = "title: {zh: 一, en: One}"
    numbers = range(n_conditions)
    fact = "type: count, unit: person, range: 0..10000"
    lines = [
        f"policyrules: 1\nid: cn-nm/many\n{title}\nlegal_basis: a-law",
        "in_force: {from: 2022-01-01, cite: a-law}\nuses: [firm]\nparameters:",
        *(
            f"  most_{n}: {{{title}, type: count, unit: person, value: {300 + n}, cite: a-law}}"
            for n in numbers
        ),
        "conditions:",
        *(f"  c-{n}: {{{title}, holds: firm.n_{n} <= most_{n}, cite: a-law}}" for n in numbers),
        f"outcome:\n  eligible: {{all: [{', '.join(f'c-{n}' for n in numbers)}]}}\n",
    ]
    vocabulary = [
        f"policyrules: 1\nsubjects:\n  firm:\n    {title}\n    facts:",
        *(f"      n_{n}: {{{title}, {fact}}}" for n in numbers),
    ]
    sources = "policyrules: 1\nsources:\n  a-law: {title: A law, issued: 2021-01-01}\n"
    (folder / "cn-nm").mkdir()
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    (folder / "vocabulary.yaml").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    path = folder / "cn-nm" / "many.yaml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
