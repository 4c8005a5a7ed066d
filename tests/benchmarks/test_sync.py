"""The benchmark of one PoP and its publisher, with a handful of islands."""

from benchmarks import sync


async def test_every_figure_is_measured() -> None:
    """Both benchmarks give their figures and the parts of them."""
    figures = await sync.measure(islands=6, tenants=3, rounds=2, cold=2)

    assert [
        "PoP cold sync of 2 islands over HTTP",
        *(
            line
            for kind in (sync.ANSWERS, sync.QUESTIONS)
            for line in (
                f"sign -> push -> verify -> durable -> served, one PoP, 6 islands under 3 tenants, {kind}",
                *(f"of which {step}" for step in sync.STEPS),
            )
        ),
    ] == [figure.what for figure in figures]
    assert all("(n = 2)" in figure.found for figure in figures[1:])
