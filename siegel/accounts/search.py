"""How names become words to sort and search by, and how what somebody types becomes the same."""

import re
import unicodedata

_BETWEEN_WORDS = re.compile(r"[\W_]+")
#: What Germans type where a keyboard or a file has no umlauts.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_BASE_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d"})


def fold(text: str) -> str:
    """Return the text in lower case without accents, as lists sort it: Özdemir is ozdemir."""
    if text.isascii():  # most texts of a long import are
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_BASE_LETTERS))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """Return the folded words of what somebody typed; "a.b@c.de" is four words."""
    return [word for word in _BETWEEN_WORDS.split(fold(text)) if word]


def search_text(*parts: str) -> str:
    """Return the words of all parts, each with a blank before it.

    Words with umlauts come in both spellings, so that Krüger is found as Krueg… and as Krug….
    """
    words: dict[str, None] = {}
    for part in parts:
        words.update(dict.fromkeys(words_of(part)))
        if part.isascii():
            continue
        text = unicodedata.normalize("NFC", part.casefold())
        words.update(dict.fromkeys(words_of(text.translate(_WRITTEN_OUT))))
    return "".join(f" {word}" for word in words)
