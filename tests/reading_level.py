"""How hard an English text is to read: the grade of Flesch and Kincaid.

Syllables are counted as groups of vowels, with the silent ones left out; a count that is unsure is rounded up, so that
a text is rather taken for harder than it is.
"""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """The syllables of an English word. A number is taken for two, whatever its length: it is not spelled out."""
    word = word.lower().replace("'", "")
    if word.isdigit():
        return 2
    found = len(_VOWELS.findall(word))
    if re.search(r"[^aeiouy]e$", word) and not re.search(r"[^aeiouyl]le$", word):
        found -= 1  # the e of "case" is silent, that of "people" is not
    if re.search(r"[^aeiouydt]ed$", word):
        found -= 1  # "asked", but not "wanted"
    if re.search(r"[^aeiouycghsxz]es$", word):
        found -= 1  # "makes", but not "charges"
    found += len(re.findall(r"ia|io(?!n)|eo|uou|ying", word))
    return max(found, 1)


def grade(text: str) -> float:
    """The school grade that reads a text with ease."""
    words = re.findall(r"[A-Za-z0-9]+(?:'[a-z]+)?", text)
    sentences = max(len(re.findall(r"[.!?:](?=\s|$)", text)), 1)
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
