"""Islands that the benchmark of publishing grows."""

import pytest

from benchmarks.authors.growth import EXAMPLES, figures_of, island_text
from edge.publish.source.island_file import parse_island


@pytest.mark.parametrize("snippets", [2, 30, 280])
def test_grown_island(snippets: int) -> None:
    """It has so many snippets, each with its own questions, and is the same each time."""
    source = parse_island(island_text(snippets).encode(), path="grown.toml").source()

    assert [EXAMPLES] * snippets == [len(set(snippet.examples)) for snippet in source.snippets]
    assert snippets == len({snippet.id for snippet in source.snippets})
    assert island_text(snippets) == island_text(snippets)


def test_shares_of_the_time_before() -> None:
    """Both stages are compared with a publication that was evaluated, too."""
    found = [figure.found for figure in figures_of(30, (1.0, 3.0), (2.0, 4.0))]

    assert ["1.00 s, 0.25 of 4.00 s", "3.00 s, 0.75 of 4.00 s"] == found
