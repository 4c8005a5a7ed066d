"""Rules about routes, surge control, sessions, harm, streams and decision trees, with the line of each finding."""

from datetime import UTC, datetime

import pytest

from edge.publish.source import lint_draft
from edge.publish.source.island_file import parse_island

NOW = datetime(2026, 10, 1, tzinfo=UTC)

TREE = """
[[trees]]
id = "help"

[[trees.steps]]
id = "start"
say = "What is it about?"
options = [{ label = "Shipping", to = "ship" }, { label = "Money", to = "money" }]

[[trees.steps]]
id = "ship"
snippet = "ship-date"

[[trees.steps]]
id = "money"
say = "Have you paid?"
options = [{ label = "Yes", to = "people" }, { label = "No", to = "ship" }]

[[trees.steps]]
id = "people"
lane = "payments"
"""


def check(text: str, addition: str) -> list[str]:
    """Findings about an island with `addition` before its first snippet. Lines are counted in the addition, from 1."""
    head, tables, rest = text.partition("[[snippets]]")
    before = head.count("\n")
    draft = parse_island(f"{head}{addition.lstrip()}\n{tables}{rest}".encode(), path="drop.toml")
    findings = lint_draft(draft, now=NOW)
    return [f"{finding.line - before}{str(finding).partition(': error')[2]}" for finding in findings]


def test_sound_tree(island_text: str) -> None:
    """A tree may have two ways to the same step."""
    assert [] == check(island_text, TREE)


TREES = {
    "a button to an unknown step": (
        ('to = "people"', 'to = "persons"'),
        [
            "16[tree]: no step of this tree has the id 'persons'",
            "18[tree]: nothing leads to step 'people'",
        ],
    ),
    "a button that leads back": (
        ('{ label = "No", to = "ship" }', '{ label = "No", to = "start" }'),
        ["4[tree]: step 'start' leads back to itself", "13[tree]: step 'money' leads back to itself"],
    ),
    "a step that leads to itself": (
        ('{ label = "No", to = "ship" }', '{ label = "No", to = "money" }'),
        ["13[tree]: step 'money' leads back to itself"],
    ),
    "a step without a button to it": (
        ('{ label = "Yes", to = "people" }, ', ""),
        ["18[tree]: nothing leads to step 'people'"],
    ),
    "a step without options, snippet or lane": (
        ('lane = "payments"', ""),
        ["18[tree]: step has none, expected exactly one of options, ask, snippet, lane"],
    ),
    "a step with snippet and lane": (
        ('lane = "payments"', 'lane = "payments"\nsnippet = "ship-date"'),
        ["18[tree]: step has snippet and lane, expected exactly one of options, ask, snippet, lane"],
    ),
    "an unknown snippet": (
        ('snippet = "ship-date"', 'snippet = "ship"'),
        ["11[tree]: no snippet has the id 'ship'"],
    ),
    "a snippet that people answer": (
        ('snippet = "ship-date"', 'snippet = "refund"'),
        ["11[tree]: snippet 'refund' is for people, expected a lane, or a snippet with automation \"answer\""],
    ),
    "two steps with one id": (
        ('id = "people"', 'id = "ship"'),
        ["16[tree]: no step of this tree has the id 'people'", "18[tree]: nothing leads to step 'ship'",
         "19[tree]: id 'ship' is already used by another step of this tree"],
    ),
    "a question without a text": (('say = "Have you paid?"\n', ""), ["13[text]: 'say' is empty"]),
    "no options": (
        ('options = [{ label = "Yes", to = "people" }, { label = "No", to = "ship" }]', "options = []"),
        ["16[tree]: step has 0 options, expected 1 to 10", "18[tree]: nothing leads to step 'people'"],
    ),
    "a lane that is no label": (('"payments"', '"Pay ments"'), ["20[name]: 'lane' is 'Pay ments', expected 1 to 63 "]),
}  # fmt: skip


@pytest.mark.parametrize("case", TREES)
def test_tree(island_text: str, case: str) -> None:
    """Each fault is reported at its line, and no other rule reports anything."""
    (old, new), expected = TREES[case]
    assert old in TREE
    findings = check(island_text, TREE.replace(old, new))

    assert len(expected) == len(findings), findings
    for expected_finding, finding in zip(expected, findings, strict=True):
        line, _, text = expected_finding.partition("[")
        assert finding.split(":")[0].startswith(line), finding
        assert f"[{text}" in finding


RAMPS = {
    "too long": ("[ramp]\nminutes = 61\n" + TREE, "2[ramp]: 'minutes' is 61, expected 1 to 60"),
    "no time": ("[ramp]\nminutes = 0\n" + TREE, "2[ramp]: 'minutes' is 0, expected 1 to 60"),
    "no whole minutes": ("[ramp]\nminutes = 2.5\n" + TREE, "2[field-type]: 'minutes' is a number, expected a whole"),
    "something else first": ('[ramp]\nfirst = "people"\n' + TREE, "2[field-type]: 'first' is 'people', expected one"),
    "nothing to offer": (
        "[ramp]\n[offers]\nwaiting_floor = 0", "1[ramp]: the island has no tree, and a 'waiting_floor' of 0 in ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RAMPS)
def test_ramp(island_text: str, case: str) -> None:
    """Each fault is reported at its line; a ramp of the usual time has none."""
    addition, expected = RAMPS[case]

    assert [] == check(island_text, "[ramp]\n" + TREE)
    assert [finding.startswith(expected) for finding in check(island_text, addition)] == [True], check(
        island_text, addition
    )


ASKING = """
[[trees]]
id = "help"

[[trees.steps]]
id = "order"
say = "Which order?"
ask = { name = "order", hint = "NW- and six digits", pattern = "NW-[0-9]{6}", personal = true, to = "sure" }

[[trees.steps]]
id = "sure"
say = "Sure?"
options = [{ label = "Yes", to = "people" }]

[[trees.steps]]
id = "people"
lane = "payments"
"""

ASKS = {
    "a name with a capital": (('name = "order"', 'name = "Order"'), "7[tree]: 'name' is 'Order', expected a"),
    "no hint": (('hint = "NW- and six digits"', 'hint = ""'), "7[text]: 'hint' is empty"),
    "no pattern": (('pattern = "NW-[0-9]{6}", ', ""), "7[tree]: pattern is 0 characters, expected 1 to 200"),
    "a slow pattern": (("NW-[0-9]{6}", "([a-z]+)+"), "7[tree]: pattern has '(' at character 1, expected plain"),
    "a digest with a pattern": (("personal", 'kind = "digest", personal'), "7[tree]: a digest has a pattern, "),
    "another kind": (("personal", 'kind = "photo", personal'), "7[field-type]: 'kind' is 'photo', expected one of "),
    "nobody says whether it is personal": (("personal = true, ", ""), "7[field-missing]: missing field 'personal'"),
    "an unknown step": (
        ('to = "people"', 'to = "persons"'), "7[tree]: no way from step 'order' leads to people, who alone get a",
    ),
    "a second value on a way": (
        ('say = "Sure?"\noptions = [{ label = "Yes", to = "people" }]',
         'say = "Sure?"\nask = { name = "a", hint = "a", pattern = "a", personal = false, to = "people" }'),
        "12[tree]: step 'sure' asks for a value after step 'order', expected one a way",
    ),
    "buttons, too": (('say = "Which order?"', 'say = "?"\noptions = []'), "4[tree]: step has options and ask, "),
}  # fmt: skip


def test_sound_question(island_text: str) -> None:
    """One value of a declared form, and people who get it."""
    assert [] == check(island_text, ASKING)
    assert [] == check(island_text, ASKING.replace('pattern = "NW-[0-9]{6}"', 'kind = "digest"'))


@pytest.mark.parametrize("case", ASKS)
def test_question(island_text: str, case: str) -> None:
    """Each fault of a typed value is reported at its line."""
    (old, new), expected = ASKS[case]
    assert old in ASKING
    findings = check(island_text, ASKING.replace(old, new))

    assert [finding for finding in findings if finding.startswith(expected)], findings


RULES = {
    "no steps": ('[[trees]]\nid = "help"\nsteps = []', "[tree]: tree has 0 steps, expected 1 to 200"),
    "a floor above the target precision": (
        "[surge]\nfloor = 0.95\nceiling = 0.99",
        "[surge]: 'target_precision' is 0.9, expected between 'floor' and 'ceiling'",
    ),
    "a ceiling below the target precision": (
        "[surge]\nfloor = 0.7\nceiling = 0.8",
        "[surge]: 'target_precision' is 0.9, expected between 'floor' and 'ceiling'",
    ),
    "a floor that is no precision": (
        "[surge]\nfloor = 0.3\nceiling = 0.95",
        "[precision]: 'floor' is 0.3, expected 0.5 to 0.999",
    ),
    "a policy without a floor": ("[surge]\nceiling = 0.95", "[field-missing]: missing field 'floor'"),
    "a wait of 0 s": (
        "[surge]\nfloor = 0.8\nceiling = 0.95\ntarget_wait_s = 0",
        "[surge]: 'target_wait_s' is 0, expected 1 to 86400 seconds",
    ),
    "a maximum wait below the target": (
        "[surge]\nfloor = 0.8\nceiling = 0.95\nmax_wait_s = 60",
        "[surge]: 'max_wait_s' is less than 'target_wait_s', expected at least as much",
    ),
    "a wait in words": (
        '[surge]\nfloor = 0.8\nceiling = 0.95\nmax_wait_s = "long"',
        "[field-type]: 'max_wait_s' is a string, expected a whole number",
    ),
    "no clarification at all": (
        "[sessions]\nmax_clarify_streak = 0",
        "[session]: 'max_clarify_streak' is 0, expected 1 to 86400",
    ),
    "a negative cool-down": ("[sessions]\ncool_down_s = -1", "[session]: 'cool_down_s' is -1, expected 0 to 86400"),
    "a flag that no snippet has": (
        '[[routes]]\nlane = "x"\nrisk_flags = ["fraud"]',
        "[route]: no snippet has the risk flag 'fraud'",
    ),
    "a keyword that can never match": (
        '[[routes]]\nlane = "x"\nkeywords = ["My Lawyer!"]',
        "[route]: keyword 'My Lawyer!' can never match, expected triage's normal form 'my lawyer'",
    ),
    "review by a reason, which is only known later": (
        '[[routes]]\nlane = "x"\nreview = true\nreasons = ["low_confidence"]',
        "[route]: 'review' is decided before there is a reason, expected conditions other than 'reasons'",
    ),
    "an unknown kind": (
        '[[routes]]\nlane = "x"\nkeywords = ["sue"]\nkind = "legal"',
        "[field-type]: 'kind' is 'legal', expected one of support, safety, fraud",
    ),
    "a string for a boolean": (
        '[[routes]]\nlane = "x"\nkeywords = ["sue"]\nreview = "yes"',
        "[field-type]: 'review' is a string, expected true or false",
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_rule(island_text: str, case: str) -> None:
    """The text says what was found and what was expected, and no other rule reports anything."""
    addition, expected = RULES[case]
    findings = check(island_text, addition)

    assert 1 == len(findings), findings
    assert expected in findings[0]


def test_surge_that_is_not_a_table(island_text: str) -> None:
    """A value of another type is a fault of an optional table, too."""
    findings = check(island_text.replace("default_lane", "surge = 3\ndefault_lane", 1), "")

    assert ["[field-type]: 'surge' is a whole number, expected a table"] == [
        finding[finding.index("[") :] for finding in findings
    ]


OR_NOTHING = ", or 0 to offer nothing while people have the question"

CARE = {
    "usual values": ("[harm]\nfloor = 0.15\ndoubt = 0.05\n[stream]\nmax_out_of_scope_per_minute = 6", []),
    "offers": ("[offers]\nfloor = 0.3\nin_public_chat = true", []),
    "offers that are mostly wrong": (
        "[offers]\nfloor = 0.25",
        ["2[offers]: 'floor' is 0.25, expected 0.3 to 1.0, the probability that one of the offered answers is right"],
    ),
    "offers more likely than certain": (
        "[offers]\nfloor = 70",
        ["2[offers]: 'floor' is 70.0, expected 0.3 to 1.0, the probability that one of the offered answers is right"],
    ),
    "nothing is offered while waiting": ("[offers]\nwaiting_floor = 0", []),
    "an offer while waiting by the bar of others": ("[offers]\nwaiting_floor = 0.65", []),
    "an offer while waiting that is hardly ever right": (
        "[offers]\nwaiting_floor = 0.05",
        [f"2[offers]: 'waiting_floor' is 0.05, expected 0.1 to 'floor', which is 0.65{OR_NOTHING}"],
    ),
    "an offer while waiting above the others": (
        "[offers]\nfloor = 0.5\nwaiting_floor = 0.6",
        [f"3[offers]: 'waiting_floor' is 0.6, expected 0.1 to 'floor', which is 0.5{OR_NOTHING}"],
    ),
    "a waiting floor of no number": (
        "[offers]\nwaiting_floor = nan",
        [f"2[offers]: 'waiting_floor' is nan, expected 0.1 to 'floor', which is 0.65{OR_NOTHING}"],
    ),
    "a floor of no number": (
        "[offers]\nfloor = nan",
        ["2[offers]: 'floor' is nan, expected 0.3 to 1.0, the probability that one of the offered answers is right"],
    ),
    "a floor below all": ("[harm]\nfloor = 0.001\ndoubt = 0.001", 2),
    "a floor that nothing reaches": ("[harm]\nfloor = 0.95", ["2[harm]: 'floor' is 0.95, expected 0.01 to 0.9"]),
    "doubt above the floor": (
        "[harm]\ndoubt = 0.3",
        ["1[harm]: 'doubt' is 0.3, expected at most 'floor', which is 0.15"],
    ),
    "a notice that is too long": (
        f'[harm]\nself_harm_text = "{"x" * 501}"',
        ["2[harm]: 'self_harm_text' is 501 characters, expected at most 500"],
    ),
    "less than no ticket": (
        "[stream]\nmax_out_of_scope_per_minute = -1",
        ["2[stream]: 'max_out_of_scope_per_minute' is -1, expected 0 to 600"],
    ),
}


@pytest.mark.parametrize(("addition", "expected"), CARE.values(), ids=CARE)
def test_harm_and_stream(island_text: str, addition: str, expected: list[str] | int) -> None:
    """Bounds of what people must see."""
    found = check(island_text, addition + "\n")

    assert expected == (found if isinstance(expected, list) else len(found))


ABOUT = {
    "names": ('about = ["hoodie", "the drop"]\nnot_about = ["t-shirt"]', []),
    "nothing": ("about = []", []),
    "no word": (
        'about = ["hoodie", "!?"]',
        ["1[about]: '!?' is no name that a question could have, expected 1 to 4 words"],
    ),
    "an empty name": (
        'about = [""]',
        ["1[about]: '' is no name that a question could have, expected 1 to 4 words"],
    ),
    "a sentence": (
        'not_about = ["how do i wash it"]',
        ["1[about]: 'how do i wash it' is no name that a question could have, expected 1 to 4 words"],
    ),
    "both": (
        'about = ["Hoodie"]\nnot_about = ["hoodie!"]',
        ["2[about]: 'hoodie!' is in 'about' too, expected in one of the two"],
    ),
    "everything": (
        f"about = {[f'w{number}' for number in range(201)]}",
        ["1[about]: 'about' has 201 names, expected at most 200"],
    ),
    "no list": ('about = "hoodie"', ["1[field-type]: 'about' is a string, expected an array"]),
}


@pytest.mark.parametrize("sentence", ABOUT)
def test_what_an_island_is_about(island_text: str, sentence: str) -> None:
    """Names that a question could have, not too many, and in one of the lists."""
    addition, expected = ABOUT[sentence]
    head, tables, rest = island_text.partition("[[snippets]]")
    line = head.count("\n") + 1 if "\n[" not in head else head[: head.index("\n[") + 1].count("\n") + 1
    top = head if "\n[" not in head else head[: head.index("\n[") + 1]
    draft = parse_island(f"{top}{addition}\n{head[len(top) :]}{tables}{rest}".encode(), path="drop.toml")
    findings = lint_draft(draft, now=NOW)

    assert expected == [f"{finding.line - line + 1}{str(finding).partition(': error')[2]}" for finding in findings]
