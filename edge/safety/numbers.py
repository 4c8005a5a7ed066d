"""Numbers of payment cards, IBANs and telephone numbers in a folded text (`edge.safety.fold`).

Cards (ISO/IEC 7812) and IBANs (ISO 13616) have check digits, so nearly nothing else is taken for one. Telephone numbers
(ITU-T E.164) have none: without a country code they are found in the usual groups of some countries, or after a word
that says what comes.
"""

import re
from collections.abc import Iterator
from itertools import accumulate

_CARD_RUN = re.compile(r"(?<!\d)\d(?:(?:[ \t\n._*/-]{0,3}|,(?=\d{4}(?!\d)))\d){11,}")
"""Digits with up to three separators between them. A comma is one before four digits: before three it is a price's."""

_CARD_WORDS = ("card", "visa", "amex", "cc", "no", "nr")
"""A number may follow these without a space."""

_LONGEST_WORD = 4

_ALNUM = re.compile(r"[^\W_]")

_CARD_BRANDS = (
    (re.compile(r"4"), (19, 16)),  # Visa
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),  # Mastercard
    (re.compile(r"3[47]"), (15,)),  # American Express
    (re.compile(r"6011|64[4-9]|65"), (19, 16)),  # Discover
    (re.compile(r"3(?:0[0-5]|[689])"), (14,)),  # Diners Club
    (re.compile(r"35(?:2[89]|[3-8])"), (16,)),  # JCB
    (re.compile(r"62"), (19, 18, 17, 16)),  # UnionPay
    (re.compile(r"50|5[6-8]|63|67"), (19, 18, 16)),  # Maestro
    (re.compile(r"220[0-4]"), (16,)),  # Mir
)
"""First digits, and lengths with the longest first: a shorter number may be its beginning.

Visa's numbers of 13 digits were withdrawn, and EANs from Germany look like them.
"""

_DOUBLED = tuple(digit * 2 % 10 + digit // 5 for digit in range(10))
"""Twice a digit, or of two digits their sum (Luhn)."""

_IBAN = re.compile(r"(?:(?<![A-Za-z0-9])|(?<=iban)|(?<=IBAN))[A-Za-z]{2}[ ./-]?\d{2}(?:[ ./-]?[A-Za-z0-9]){11,30}")

IBAN_LENGTHS = {
    word[:2]: int(word[2:])
    for word in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 "
        "LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 "
        "PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 "
        "YE30"
    ).split()
}
"""Characters of an IBAN by country (SWIFT IBAN registry 101): the words after one are no part of it."""

_WORDS_BEFORE = (
    r"(?:call|ring|dial|reach|phone|tel|telefon|telephone|téléphone|telefono|teléfono|mobile?|móvil|cell|handy"
    r"|handynummer|whatsapp|sms|ruf|ligue|my number|my no|contact number)\b"
)
_PHONES = (
    # With a country code. After "00" nothing may follow that goes on: tracking numbers begin like that.
    re.compile(r"(?<![\w+])\+ ?\(?[1-9](?:[ ().\-/]{0,3}\d){6,13}(?!\d)"),
    re.compile(r"(?<![\w+.-])(?<!\d )00 ?[1-9](?:[ ().\-/]{0,3}\d){7,12}(?![ ().\-/]{0,3}\d)"),
    # North America.
    re.compile(r"(?<![\w-])(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?![\w-])"),
    # An area code in brackets.
    re.compile(r"\(0?[1-9]\d{1,3}\)[ -]?\d{3,5}[ -]?\d{3,4}(?![\w-])"),
    # France: five pairs. British mobiles.
    re.compile(r"(?<![\w.,-])0[1-9](?:[ .-]\d{2}){4}(?![.,-]?\w)"),
    re.compile(r"(?<![\w.,-])07\d{3} \d{3} ?\d{3}(?![.,-]?\w)"),
    # German mobiles.
    re.compile(r"(?<![\w.,-])01[567]\d[ /-](?:\d[ -]?){6,8}\d(?![.,-]?\w)"),
    # Any, before words that say what it was.
    re.compile(r"(?<![\w.,-])(\d(?:[ ().\-/]?\d){7,13}) is my (?:whatsapp|phone|number|mobile|cell)\b", re.IGNORECASE),
    # Any that begins with 0, after a word that says what comes.
    re.compile(
        rf"(?<!\w){_WORDS_BEFORE}[^\d+\n]{{0,25}}(0[1-9](?:[ ().\-/]{{0,2}}\d){{7,10}})(?![ ().\-/]{{0,2}}\d)",
        re.IGNORECASE,
    ),
)


_NO_PHONE = re.compile(
    r"(?:#|\b(?:order|ref|reference|sku|item|article|sizes?|lotto|tracking|invoice|receipt|barcode|booking|case|parcel|dhl"
    r"|serial|isbn|ean)\b)[ .:#-]{0,3}(?:(?:no|nr|number|id)\b)?[ .:#-]{0,3}$",
    re.IGNORECASE,
)
"""What stands before a number that is none for a telephone, if the number has no `+`."""

_LOOK_BACK = 32


def find_cards(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of payment cards are, with up to three separators between digits."""
    for run in _CARD_RUN.finditer(text):
        places = [run.start() + place for place, character in enumerate(run[0]) if character.isdigit()]
        digits, sums, first = "".join(text[place] for place in places), None, 0
        while first < len(places):
            # Within a row of digits no number begins: most of a long one is passed over by this alone.
            is_within = first > 0 and places[first] - places[first - 1] == 1
            lengths = () if is_within else _lengths_at(digits, first)
            if lengths and sums is None:
                sums = _luhn_sums(digits)
            length = next(
                (
                    one
                    for one in lengths
                    if sums and _passes_luhn(digits, sums, first, one) and _stands_alone(text, places, first, one)
                ),
                0,
            )
            if length:
                yield places[first], places[first + length - 1] + 1
            first += length or 1


def _lengths_at(digits: str, first: int) -> tuple[int, ...]:
    return next((lengths for begins, lengths in _CARD_BRANDS if begins.match(digits, first)), ())


_Sums = tuple[list[int], list[int]]
"""For digits before each place: the sums with every digit at an even place doubled, and at an odd one."""


def _luhn_sums(digits: str) -> _Sums:
    """Sums by which each part of the digits is checked in one step, however many parts there are."""
    numbers = [int(digit) for digit in digits]
    even = (number if place % 2 else _DOUBLED[number] for place, number in enumerate(numbers))
    odd = (_DOUBLED[number] if place % 2 else number for place, number in enumerate(numbers))
    return list(accumulate(even, initial=0)), list(accumulate(odd, initial=0))


def _passes_luhn(digits: str, sums: _Sums, first: int, length: int) -> bool:
    """True if the last of `length` digits from `first` on is right (ISO/IEC 7812-1), and not all are equal."""
    end = first + length
    if end > len(digits):
        return False
    of_parity = sums[end % 2]
    return (of_parity[end] - of_parity[first]) % 10 == 0 and len(set(digits[first:end])) > 1


def _stands_alone(text: str, places: list[int], first: int, length: int) -> bool:
    """True if no letter and no digit is directly before or after."""
    start, after = places[first], places[first + length - 1] + 1
    is_joined = start > 0 and _ALNUM.match(text, start - 1) is not None
    return (
        not is_joined or text[max(0, start - _LONGEST_WORD) : start].lower().endswith(_CARD_WORDS)
    ) and not _ALNUM.match(text, after)


def find_ibans(text: str) -> Iterator[tuple[int, int]]:
    """Where IBANs are, with at most one separator between characters."""
    place = 0
    while (found := _IBAN.search(text, place)) is not None:
        length, end = IBAN_LENGTHS.get(found[0][:2].upper(), 0), found.start()
        place, compact = found.start() + 1, list[str]()
        while len(compact) < length and end < found.end():
            if _ALNUM.match(text, end):
                compact.append(text[end].upper())
            end += 1
        if len(compact) == length > 0 and not _ALNUM.match(text, end) and _is_iban("".join(compact)):
            place = end
            yield found.start(), end


def _is_iban(compact: str) -> bool:
    # Not at the top: the package takes 2 MiB and 10 ms, and most PoPs never see an IBAN. Not `stdnum.iban`, which reads
    # a file: the length of each country's IBAN is above, and the check digits are what tells one from a number.
    from stdnum.iso7064 import mod_97_10

    return mod_97_10.is_valid(compact[4:] + compact[:4])


def find_phones(text: str) -> Iterator[tuple[int, int]]:
    """Where telephone numbers are."""
    for pattern in _PHONES:
        for found in pattern.finditer(text):
            start, end = found.span(pattern.groups)
            if text[start] == "+" or not _NO_PHONE.search(text, max(0, start - _LOOK_BACK), start):
                yield start, end
