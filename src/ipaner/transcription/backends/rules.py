"""Context rules, as Epitran (Mortensen et al. 2018) and folders of languages have them.

A rule ``a -> b / X _ Y`` replaces ``a`` by ``b`` between ``X`` and ``Y``; all but ``b`` are regular expressions. In a
context ``#`` is the edge of the word; ``0`` is nothing. ``::name:: = a|e|i`` declares a variable for the lines below.
Rules are applied in order, each once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import regex

from ipaner.errors import FormatError
from ipaner.files import read_lines
from ipaner.languages.folder import NormalForm

Report = Callable[[FormatError], object]
"""What is done about a mistake in a file."""

EPITRAN_MOST = 32
"""Places a rule of Epitran's changes in a word: it hands ``regex.U``, which is 32, to ``sub`` where a count belongs."""

DECLARATION = regex.compile(r"(?P<symbol>::\w+::)\s*=\s*(?P<value>.+)")
REFERENCE = regex.compile(r"::\w+::")

_RULE = regex.compile(r"(\S+)\s*->\s*(\S+)\s*/\s*(\S*)\s*_\s*(\S*)")
_SWAP = regex.compile(r"\?P<sw1>.+\?P<sw2>")
_NOTE = regex.compile(r"(^|\s)%.*|^#.*")

# In a pattern: what stands for any or no letter, and signs that are no letter
_UNSURE = regex.compile(r"\\.|\[[^\]]*\]|\([^()]*\)|.[?*]|.\{[^}]*\}|[.^$+?*]")
_CHARACTER_CLASS = regex.compile(r"\[([^]\\^:&|~-]+)\]")
_OTHERWISE = regex.compile(r"\\[a-zA-Z]|\[\[|\{\D")
"""What `regex` and `re` understand in different ways: marks are letters of ``\\w`` to the former only."""

_FLAGS = regex.compile(r"\(\?[a-zA-OQ-Z-]+[:)]")


def stop(error: FormatError) -> NoReturn:
    """The usual `Report`: the first mistake ends the reading."""
    raise error


@dataclass(frozen=True)
class Rule:
    """One context rule: source and contexts are regular expressions, the target is plain.

    Example:
        >>> Rule("k", "t͡ʃ", "", "(i|e)").apply("kike")
        't͡ʃit͡ʃe'
    """

    source: str
    target: str
    left: str = ""
    right: str = ""
    line: int = 0

    @property
    def expression(self) -> str:
        """Contexts and source as one regular expression."""
        source = self.source if self._swaps else f"(?:{self.source})"
        return f"(?P<X>{self.left}){source}(?P<Y>{self.right})"

    @cached_property
    def pattern(self) -> regex.Pattern[str]:
        """The expression, compiled."""
        return regex.compile(self.expression)

    @cached_property
    def quick_pattern(self) -> re.Pattern[str] | regex.Pattern[str]:
        """The same for `re`, where that is sure to mean the same: it is faster."""
        if _OTHERWISE.search(self.expression):
            return self.pattern
        try:
            return re.compile(self.expression)
        except re.error:
            return self.pattern

    def apply(self, text: str, timeout: float | None = None) -> str:
        """Replace every match, from left to right.

        Raises:
            TimeoutError: It took more than ``timeout`` seconds.
        """
        return self.pattern.sub(self.replacement, text, timeout=timeout)  # type: ignore[no-any-return]

    def apply_as_epitran(self, text: str) -> str:
        """Replace matches, but no more than Epitran does."""
        return self.quick_pattern.sub(self.replacement, text, EPITRAN_MOST)

    @cached_property
    def is_plain(self) -> bool:
        """Whether the rule replaces one string by another, wherever it stands."""
        return not self.left and not self.right and self.needs == (self.source,)

    @cached_property
    def needs(self) -> tuple[str, ...] | None:
        """Strings of which any text that the rule changes holds at least one; None where that cannot be told."""
        return next(iter(self.all_needs), None)

    @property
    def all_needs(self) -> tuple[tuple[str, ...], ...]:
        """Such strings of source and contexts, for those parts of which they can be told."""
        if _FLAGS.search(self.expression):
            return ()
        return tuple(filter(None, map(_needed, (self.source, self.left, self.right))))

    @cached_property
    def replacement(self) -> str | Callable[[re.Match[str] | regex.Match[str]], str]:
        """What `sub` puts in the place of a match: the contexts stay."""
        target = self.target
        if self._swaps:
            return lambda m: (m["X"] or "") + (m["sw2"] or "") + (m["sw1"] or "") + (m["Y"] or "")
        if self.left not in ("", "^"):
            return lambda m: m["X"] + target + m["Y"]
        if self.right not in ("", "$"):
            return lambda m: target + m["Y"]
        return target.replace("\\", r"\\")

    @property
    def _swaps(self) -> bool:
        """Whether the rule exchanges two neighbours instead of putting in its target."""
        return bool(_SWAP.search(self.source))


class Cascade:
    """Rules applied in order, leaving out at no cost those whose letters the word lacks.

    Example:
        >>> Cascade([Rule("sh", "ʃ"), Rule("s", "z", "a", "a")])("ashasa")
        'aʃaza'
    """

    def __init__(self, rules: Iterable[Rule], *, of_epitran: bool = False) -> None:
        """Prepare rules.

        Args:
            rules: In order.
            of_epitran: They are Epitran's own: harmless, so that the faster engine may be used, which no time limit can
                check, and limited in how often they apply to a word.
        """
        self.rules = tuple(rules)
        self._always = 0
        self._by_letter: dict[str, int] = {}
        for number, rule in enumerate(self.rules):
            if rule.needs is None:
                self._always |= 1 << number
            for string in rule.needs or ():
                self._by_letter[string[0]] = self._by_letter.get(string[0], 0) | 1 << number
        self._steps = [
            (
                rule.needs[0] if rule.needs is not None and len(rule.needs) == 1 else "",
                _function(rule, of_epitran),
                self._due(rule.target) & -1 << number + 1,
            )
            for number, rule in enumerate(self.rules)
        ]

    def __call__(self, text: str) -> str:
        """Apply the rules to one word."""
        due = self._due(text)
        while due:
            lowest = due & -due
            due ^= lowest
            needed, apply, set_off = self._steps[lowest.bit_length() - 1]
            if needed in text:
                changed = apply(text)
                if changed != text:
                    text = changed
                    due |= set_off
        return text

    def _due(self, text: str) -> int:
        """The rules that may apply to such letters, as bits."""
        due = self._always
        for letter in set(text):
            due |= self._by_letter.get(letter, 0)
        return due


def _function(rule: Rule, of_epitran: bool) -> Callable[[str], str]:
    if rule.is_plain:
        source, target, most = rule.source, rule.target, EPITRAN_MOST if of_epitran else -1
        return lambda text: text.replace(source, target, most)
    return rule.apply_as_epitran if of_epitran else rule.apply


def read_rules(path: Path, form: NormalForm = "NFD", *, report: Report = stop) -> tuple[Rule, ...]:
    """Read a file of rules of our own.

    Args:
        path: The file; if there is none, there are no rules.
        form: Normal form in which the rules are matched.
        report: Told of each line that cannot be used; by default the first one ends the reading.

    Raises:
        FormatError: A line is no rule, refers to no variable, or in a circle, or is no regular expression.
    """
    if not path.is_file():
        return ()
    rules: list[Rule] = []
    symbols: dict[str, str] = {}
    for number, raw in read_lines(path):
        line = unicodedata.normalize(form, _NOTE.sub("", raw.strip()).strip())
        try:
            if declaration := DECLARATION.fullmatch(line):
                name, value = declaration.groups()
                symbols[name] = REFERENCE.sub("", value)  # where a mistake follows: it is told only once
                symbols[name] = _expand(value, symbols | {name: value}, (name,))
            elif line:
                rules.append(_strict_rule(_expand(line, symbols), number))
        except ValueError as error:
            report(FormatError(f"{line!r}: {error}", path, number))
        except regex.error as error:
            cure = "Each bracket has its partner; a sign that stands for itself has a backslash before it."
            report(FormatError(f"{line!r} is no regular expression: {error.msg}. {cure}", path, number))
    return tuple(rules)


def read_epitran_rules(path: Path) -> tuple[Rule, ...]:
    """Read a file of Epitran's, as leniently as it does: what follows a rule in its line is passed over."""
    rules: list[Rule] = []
    symbols: dict[str, str] = {}
    for number, raw in read_lines(path) if path.is_file() else ():
        line = unicodedata.normalize("NFD", raw.strip())
        if declaration := DECLARATION.match(line):
            symbols[declaration["symbol"]] = declaration["value"]
        elif line and not line.startswith("%"):
            rules.append(_rule(_RULE.match(_expand(line, symbols)), number))
    return tuple(rules)


def _strict_rule(line: str, number: int) -> Rule:
    if "::" in line:
        raise ValueError("two colons are left over. A variable is written ::name::, on both sides.")
    found = _RULE.fullmatch(line)
    if found is None and _RULE.match(line):
        raise ValueError(
            "there is more after the rule. Contexts hold no blanks; a comment begins with % or has its own line."
        )
    rule = _rule(found, number)
    _ = rule.pattern  # compiled here, where a mistake can be told
    return rule


def _rule(found: regex.Match[str] | None, number: int) -> Rule:
    if found is None:
        raise ValueError("is neither a rule, as in 'k -> t͡ʃ / _ (e|i)', nor a variable, as in '::vowel:: = a|e|i'.")
    source, target, left, right = found.groups()
    return Rule(
        source.replace("0", ""), target.replace("0", ""), left.replace("#", "^"), right.replace("#", "$"), number
    )


def _expand(line: str, symbols: Mapping[str, str], within: tuple[str, ...] = ()) -> str:
    """Put in the values of variables, which may hold variables themselves."""

    def value(found: regex.Match[str]) -> str:
        name = found.group()
        if name not in symbols:
            declared = f"Declared so far: {', '.join(symbols)}." if symbols else "None is declared so far."
            raise ValueError(f"{name} is not declared. Write '{name} = a|e|i' in a line above. {declared}")
        if name in within:
            circle = " -> ".join((*within[within.index(name) :], name))
            raise ValueError(f"{name} refers to itself ({circle}). Write out what it stands for.")
        return _expand(symbols[name], symbols, (*within, name))

    return REFERENCE.sub(value, line)  # type: ignore[no-any-return]


def _needed(pattern: str) -> tuple[str, ...] | None:
    """A string that every match of each alternative holds; None if there is not one for each."""
    if letters := _CHARACTER_CLASS.fullmatch(pattern):
        return tuple(letters[1])
    if pattern[:1] == "(" and pattern.find(")") == len(pattern) - 1 and pattern[1:2] != "?":
        pattern = pattern[1:-1]
    sure = _UNSURE.sub("\0", pattern)
    if any(bracket in sure for bracket in "()[]{}\\"):
        return None
    longest = tuple(max(alternative.split("\0"), key=len) for alternative in sure.split("|"))
    return longest if all(longest) else None
