"""Questions altered as real viewers type them, and messages that are not questions. All randomness is from `rng`."""

from random import Random

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    key: row[max(0, index - 1) : index] + row[index + 1 : index + 2] for row in _KEYS for index, key in enumerate(row)
}
_SHORT = {
    "you": "u", "your": "ur", "are": "r", "please": "plz", "thanks": "thx", "to": "2", "for": "4", "tomorrow": "tmrw",
    "because": "cuz", "before": "b4", "what": "wat", "when": "wen", "why": "y", "people": "ppl", "with": "w",
    "about": "abt", "message": "msg", "have": "hv", "the": "da", "this": "dis", "account": "acc", "want": "wnt",
    "going": "goin", "know": "kno", "money": "$$", "today": "2day", "see": "c", "okay": "k", "and": "n",
}  # fmt: skip
_GREETINGS = (
    "hi", "hello", "hey", "heyy", "yo", "hola", "hi there", "hey guys", "hello everyone", "good morning", "sup",
    "thanks", "thank you", "thx", "ty so much", "ok", "okay cool", "lol", "lmao", "haha", "omg", "first", "gg", "wow",
    "nice", "love you", "let's go", "bye", "good night", "yes", "no", "maybe", "hmm", "what", "who", "test", "pog",
    "hello from brazil", "big fan", "you look great today", "can you say my name", "song name", "is this live", "rip",
)  # fmt: skip
_EMOJI = "😂🔥❤️🙏😭👀💀✨🎉😍🤔👍📦💸"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def typo(text: str, rng: Random) -> str:
    """`text` with one typing error in about 30 letters: letters swapped, missing, doubled, or the next key hit."""
    words = text.split()
    errors = max(1, round(len(text) / 30))
    for index in rng.sample(range(len(words)), min(errors, len(words))):
        words[index] = _mistyped(words[index], rng)
    return " ".join(words)


def _mistyped(word: str, rng: Random) -> str:
    if len(word) < 3:
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + (rng.choice(_NEIGHBOURS.get(word[at], "") or word[at])) + word[at + 1 :]


def chat(text: str, rng: Random) -> str:
    """`text` as it is typed in a stream's chat: short forms, no apostrophes, shouting, drawn-out words, emoji."""
    words = [_SHORT.get(word, word) if rng.random() < 0.7 else word for word in text.lower().split()]
    if rng.random() < 0.2:
        index = rng.randrange(len(words))
        words[index] += words[index][-1] * rng.randint(2, 5)
    changed = " ".join(words).replace("'", "")
    if rng.random() < 0.2:
        changed = changed.upper()
    if rng.random() < 0.3:
        changed += rng.choice(["??", "???", "!!", " " + rng.choice(_EMOJI) * rng.randint(1, 3), " pls", " bro", " lol"])
    return changed


def keywords(text: str, rng: Random) -> str:
    """The one to three longest words of `text`, in their order, as people type into a search box."""
    words = text.split()
    kept = sorted(words, key=len, reverse=True)[: rng.randint(1, 3)]
    return " ".join(word for word in words if word in kept)


def altered(text: str, rng: Random) -> str:
    """`text` after one or two of the changes above."""
    change = rng.choice([typo, typo, chat, chat, keywords])
    changed = change(text, rng) or text
    return typo(changed, rng) if change is chat and rng.random() < 0.3 else changed


def no_question(rng: Random, *, greets: bool) -> str:
    """A greeting or a cheer (only if the viewer `greets`), or keys hit at random."""
    kind = rng.random()
    if greets and kind < 0.6:
        return chat(rng.choice(_GREETINGS), rng)
    if kind < 0.8:
        return " ".join("".join(rng.choices(_LETTERS, k=rng.randint(2, 9))) for _ in range(rng.randint(1, 3)))
    row = rng.choice(_KEYS)
    return "".join(rng.choices(row, k=rng.randint(4, 12)))
