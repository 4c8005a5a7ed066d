"""`edge.daemon.people.open_questions`: what is asked now and not answered, and no one client leads it."""

import tracemalloc
from random import Random

from edge.daemon.people import OpenQuestions
from edge.daemon.people.open_questions import MAX_CHARACTERS, MAX_CLUSTERS, MAX_OWN, SHARED_FROM, WINDOW_S
from edge.limits import AskerName
from edge.records import IslandName

NAME, OTHER = IslandName("acme", "drop"), IslandName("acme", "gig")
FOREIGN = IslandName("globex", "fair")
NOW = 1_788_264_000.0
FLOOD = 10_000


def ask(
    board: OpenQuestions,
    text: str,
    asker: str = "maya",
    *,
    name: IslandName = NAME,
    now: float = NOW,
    weight: float = 1.0,
) -> None:
    """One question that was not answered."""
    board.note(name, text.lower(), text, AskerName(asker, weight), now)


def asked(board: OpenQuestions, *, now: float = NOW, tenant: str = "*", island: str = "*") -> list[tuple[str, float]]:
    """Exemplars and askers, as they are shown."""
    report = board.report(now, tenant=tenant, island=island)
    return [(one.exemplar, one.askers) for one in report.clusters]


def test_equal_questions_are_one_cluster() -> None:
    """By their words in any order; those of the most askers come first, with the first question as written."""
    board = OpenQuestions()
    for number, text in enumerate(("Is it late", "late is it", "laaaate is it")):
        ask(board, text, f"viewer {number}", now=NOW + number)
    ask(board, "is it red", "viewer 0", now=NOW + 3)
    first, second = board.report(NOW + 3, tenant="acme", island="drop").clusters

    assert [("Is it late", 3.0, 3, 0.3), ("is it red", 1.0, 1, 0.1)] == [
        (one.exemplar, one.askers, one.questions, one.per_minute) for one in (first, second)
    ]
    assert (NOW, NOW + 2) == (first.first.timestamp(), first.last.timestamp())


def test_client_that_repeats_itself_leads_nothing() -> None:
    """Ten thousand equal questions are one voice, and half a voice if no ingest vouches for it."""
    board = OpenQuestions()
    for number in range(FLOOD):
        ask(board, "buy my coins", "spammer", now=NOW + number / 100, weight=0.5)
    for viewer in ("maya", "zoe"):
        ask(board, "is it late", viewer, now=NOW + 100)

    assert [("is it late", 2.0), ("buy my coins", 0.5)] == asked(board, now=NOW + 100)


def test_client_that_asks_ever_other_questions_drives_out_nobody() -> None:
    """It replaces its own oldest clusters; those of others stay, even with one asker each."""
    board = OpenQuestions()
    for number in range(50):
        ask(board, f"is it late {number}", f"viewer {number}")
    for number in range(FLOOD):
        ask(board, f"coins {number} of {number}", "spammer", now=NOW + 1)
    found = [exemplar for exemplar, _ in asked(board, now=NOW + 1)]

    assert 50 + MAX_OWN == len(board)
    assert MAX_OWN == len([exemplar for exemplar in found if exemplar.startswith("coins")])


def test_client_with_a_few_names_drives_out_nobody() -> None:
    """Two to four names that send the same invented lines have as many clusters as the first of them may have."""
    for names in (2, 3, SHARED_FROM - 1):
        board = OpenQuestions()
        for viewer in ("maya", "zoe"):
            ask(board, "is it late", viewer)
        for number in range(2_000):
            for name in range(names):
                ask(board, f"line {number} of many", f"spammer {name}", now=NOW + 1 + number / 100)

        assert ("is it late", 2.0) in asked(board, now=NOW + 30), names
        assert len(board) <= 1 + names * MAX_OWN


def test_cluster_of_many_counts_for_nobody() -> None:
    """Who began eight that many ask for may begin others, and drives out none of them."""
    board = OpenQuestions()
    for number in range(MAX_OWN):
        for viewer in range(SHARED_FROM):
            ask(board, f"matter {number}", f"viewer {viewer}", now=NOW + number)
    for number in range(MAX_OWN + 1):
        ask(board, f"other {number}", "viewer 0", now=NOW + 20 + number)

    kept = [exemplar for exemplar, askers in asked(board, now=NOW + 60) if askers >= SHARED_FROM]
    assert {f"matter {number}" for number in range(MAX_OWN)} == set(kept)
    assert 2 * MAX_OWN == len(board)


def test_report_forgets_what_is_over() -> None:
    """Not only what it shows: the memory is free again, and its askers may begin as many as before."""
    board = OpenQuestions()
    for number in range(MAX_OWN):
        ask(board, f"line {number}", name=OTHER)
    ask(board, "is it late", now=NOW + WINDOW_S / 2)

    assert [] == asked(board, now=NOW + WINDOW_S, tenant="globex")
    assert 1 == len(board)
    assert [("is it late", 1.0)] == asked(board, now=NOW + WINDOW_S)


def test_many_clients_with_a_question_each_keep_clusters_of_several() -> None:
    """What two viewers ask outlives a flood of single questions, and an island outlives one of another's."""
    board = OpenQuestions()
    for viewer in ("maya", "zoe"):
        ask(board, "is it late", viewer)
    ask(board, "is the gig on", "maya", name=OTHER)
    for number in range(FLOOD):
        ask(board, f"coins {'-'.join(str(number))}", f"bot {number}", now=NOW + 1)

    assert MAX_CLUSTERS == len(board)
    assert [("is it late", 2.0)] == asked(board, now=NOW + 1, island="drop")[:1]
    assert [("is the gig on", 1.0)] == asked(board, now=NOW + 1, island="gig")


def test_askers_are_estimated() -> None:
    """Within a tenth, for some hundred."""
    board = OpenQuestions()
    for number in range(500):
        ask(board, "is it late", f"viewer {number}")
    ((_, askers),) = asked(board)

    assert 450 < askers < 550


def test_old_questions_fade_and_go() -> None:
    """Askers of the window before count ever less; a cluster that nobody asks for is forgotten, and begins again."""
    board = OpenQuestions()
    for viewer in range(4):
        ask(board, "is it late", f"viewer {viewer}")
    ask(board, "is it late", "viewer 0", now=NOW + WINDOW_S - 1)
    ask(board, "is it late", "viewer 0", now=NOW + 1.5 * WINDOW_S)
    found = [asked(board, now=NOW + at * WINDOW_S) for at in (1.5, 2.0, 2.51)]
    ask(board, "is it late", "viewer 9", now=NOW + 9 * WINDOW_S)

    assert [5.0, 3.0] == [clusters[0][1] for clusters in found[:2]]
    assert [] == found[2]
    assert [("is it late", 1.0)] == asked(board, now=NOW + 9 * WINDOW_S)


def test_clock_that_goes_back() -> None:
    """It counts all the same."""
    board = OpenQuestions()
    ask(board, "is it late", "maya")
    ask(board, "is it late", "zoe", now=NOW - 60)

    assert [("is it late", 2.0)] == asked(board, now=NOW - 60)


def test_private_details_are_not_kept() -> None:
    """Also where the text is cut."""
    board = OpenQuestions()
    ask(board, "why was\n4111 1111 1111 1111 charged, I am maya@example.com", "maya")
    ask(board, "x " * 196 + "maya.anna.lena@example.com", "zoe")
    (first, _), (second, _) = sorted(asked(board))

    assert "why was [removed] charged, I am [removed]" == first
    assert (True, MAX_CHARACTERS) == (set(second) <= {"x", " "}, len(second))


def test_tenants_see_their_own() -> None:
    """By tenant, by island, and all with `*`."""
    board = OpenQuestions()
    for name in (NAME, OTHER, FOREIGN):
        ask(board, f"about {name.island}", name=name)
    found = [
        asked(board, tenant=tenant, island=island) for tenant, island in (("acme", "*"), ("acme", "gig"), ("*", "*"))
    ]

    assert [2, 1, 3] == [len(clusters) for clusters in found]
    assert "about fair" not in str(found[:2])


def test_memory_is_bounded() -> None:
    """Below a megabyte, with the longest questions of two askers each, on many islands."""
    rng, board = Random(1), OpenQuestions()
    tracemalloc.start()
    try:
        for number in range(2 * MAX_CLUSTERS):
            text = " ".join("".join(chr(0x10400 + rng.randrange(70)) for _ in range(9)) for _ in range(60))
            for asker in (f"{number} a", f"{number} b"):
                ask(board, text, asker, name=IslandName(f"t{number % 7}", f"i{number % 91}"))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert MAX_CLUSTERS == len(board)
    assert held < 1_000_000
