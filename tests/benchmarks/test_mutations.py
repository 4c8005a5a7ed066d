"""`benchmarks.mutants.mutations`: the mistakes that can be made in a source, and their positions."""

import pytest

from benchmarks.mutants.mutations import mutations

MADE = {
    "a comparison is turned": ("y = a < b", ["y = a <= b"]),
    "each sign of a chain is turned alone": ("y = a < b >= c", ["y = a <= b >= c", "y = a < b > c"]),
    "equality": ("y = a == b", ["y = a != b"]),
    "membership": ("y = a not in b", ["y = a in b"]),
    "identity": ("y = a is not b", ["y = a is b"]),
    "a whole number grows by one": ("y = 1_000", ["y = 1001"]),
    "a fraction doubles": ("y = -0.5", ["y = -1.0"]),
    "the fraction 0.0, which doubling would leave as it is": ("y = 0.0", ["y = 1.0"]),
    "a truth is turned": ("y = f(flag=True)", ["y = f(flag=False)"]),
    "a branch is negated": ("y = a if b else c", ["y = a if not (b) else c"]),
    "a filter is negated": ("y = [a for a in b if a]", ["y = [a for a in b if not (a)]"]),
    "each junction of three": ("y = a and b and c", ["y = a or b and c", "y = a and b or c"]),
    "brackets stand between the sides": ("y = (a) < (b)", ["y = (a) <= (b)"]),
    "signs outside ASCII stand before it": ("y = 'ü' < b", ["y = 'ü' <= b"]),
    "an error's reason is no text": ("raise SomeError('x', reason=a < b)", ["raise SomeError('x', reason=a <= b)"]),
}


@pytest.mark.parametrize(("source", "becomes"), MADE.values(), ids=MADE.keys())
def test_mistake_that_can_be_made(source: str, becomes: list[str]) -> None:
    """Each mistake gives the line with the mistake."""
    assert becomes == [found.becomes for found in mutations(f"{source}\n")]


LEFT_OUT = {
    "a docstring and other strings": '"""1 < 2."""\ny = "a < b"',
    "a formatted string, which has no exact places": 'y = f"{1 + 1:.2f}"',
    "an annotation": "y: Annotated[int, Meta(ge=1)] = x",
    "annotations of a function": "def f(x: Literal[1]) -> Literal[2]:\n    return x",
    "how a class is declared": "@dataclass(frozen=True)\nclass A(Struct, frozen=True):\n    x: int",
    "a variable of types": 'T = TypeVar("T", covariant=True)',
    "an error's text": "raise SomeError('is', 1)",
    "the text of an error that a function makes": "def _no(x: str) -> SomeError:\n    return x\nraise _no(x[:64])",
    "that two lists are equally long": "y = zip(a, b, strict=True)",
    "a log line": "log.warning('is', count=x)",
    "what only type checkers read": "if TYPE_CHECKING:\n    y = 1",
    "what only runs as a program": "if __name__ == '__main__':\n    main(1)",
}


@pytest.mark.parametrize("source", LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_mistake_that_no_behaviour_depends_on(source: str) -> None:
    """No mistake is made there."""
    assert [] == [found.becomes for found in mutations(f"{source}\n")]


def test_branch_over_several_lines_is_negated_as_a_whole() -> None:
    """All lines but the first and the last stay as they are, and so do the lines' numbers."""
    found = mutations("if (\n    a\n    # 1 < 2\n    < b\n):\n    pass\n")

    assert [
        (2, "a", "not (a", "if (\n    not (a\n    # 1 < 2\n    < b)\n):\n    pass\n"),
        (4, "< b", "<= b", "if (\n    a\n    # 1 < 2\n    <= b\n):\n    pass\n"),
    ] == found
