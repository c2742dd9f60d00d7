"""The search language, as far as the extractors use it: AND by blanks, OR, minus, parentheses, operators.

AND binds tighter than OR. A query needs one positive term that can stand alone (`is:`, `lang:` and `has:`
cannot). Anything unknown is an error, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from emulator.api.problems import invalid
from emulator.model import Account, Post
from emulator.text import HANDLE

Test = Callable[[Post], bool]
_TOKEN = re.compile(
    r'\s*(?:(?P<paren>[()])|(?P<minus>-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+(?:"[^"]*")?)))'
)
_WORDS = re.compile(r"\w+")
OPERATORS = ("conversation_id", "from", "to", "is", "has", "lang", "in_reply_to_tweet_id")


@dataclass(frozen=True)
class Query:
    """A parsed query. `finds_reposts` is False as soon as it holds a keyword: reposts then never match."""

    matches: Test
    finds_reposts: bool


def parse(text: str, longest: int, handles: dict[str, Account]) -> Query:
    """Parses `text` of at most `longest` characters; `handles` are accounts by handle in lower case.

    Raises Problem (400) on anything that X would refuse too.
    """
    if not text.strip():
        raise invalid("The `query` query parameter can not be empty", query=text)
    if len(text) > longest:
        raise invalid(
            f"Query is too long: {len(text)} characters, and at most {longest} are allowed.",
            query=text[:80] + "…",
        )
    return _Parser(text, handles).parse()


class _Parser:
    def __init__(self, text: str, handles: dict[str, Account]) -> None:
        self.text = text
        self.handles = handles
        self.tokens = self._split()
        self.position = 0
        self.has_keyword = False
        self.stands_alone = False

    def parse(self) -> Query:
        test = self._either()
        if self.position < len(self.tokens):
            raise self._wrong("unbalanced parentheses: a ')' without its '('")
        if not self.stands_alone:
            raise self._wrong(
                "it needs at least one positive operator that can stand alone (from:, to:, a keyword)"
            )
        return Query(test, finds_reposts=not self.has_keyword)

    def _wrong(self, why: str) -> Exception:
        return invalid(
            f"There were errors processing your request: {why} (query: {self.text[:200]})", query=self.text
        )

    def _split(self) -> list[tuple[str, str, bool]]:
        """Tokens as (kind, value, negated)."""
        tokens: list[tuple[str, str, bool]] = []
        position = 0
        stripped = self.text.rstrip()
        while position < len(stripped):
            match = _TOKEN.match(stripped, position)
            if not match:
                raise self._wrong(f"no viable alternative at '{stripped[position : position + 12]}'")
            position = match.end()
            negated = bool(match["minus"])
            if match["paren"]:
                tokens.append(("paren", match["paren"], False))
            elif match["phrase"] is not None:
                tokens.append(("phrase", match["phrase"], negated))
            else:
                tokens.append(("word", match["word"], negated))
        return tokens

    def _peek(self) -> tuple[str, str, bool] | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def _either(self) -> Test:
        options = [self._all()]
        while self._peek() == ("word", "OR", False):
            self.position += 1
            options.append(self._all())
        return options[0] if len(options) == 1 else lambda post: any(option(post) for option in options)

    def _all(self) -> Test:
        terms: list[Test] = []
        while (token := self._peek()) and token != ("word", "OR", False) and token[:2] != ("paren", ")"):
            terms.append(self._term())
        if not terms:
            raise self._wrong("an operand is missing beside OR or inside parentheses")
        return terms[0] if len(terms) == 1 else lambda post: all(term(post) for term in terms)

    def _term(self) -> Test:
        kind, value, negated = self.tokens[self.position]
        self.position += 1
        if kind == "paren":
            test = self._either()
            if self._peek() != ("paren", ")", False):
                raise self._wrong("unbalanced parentheses: a '(' without its ')'")
            self.position += 1
            return test
        if kind == "word" and value == "-":
            raise self._wrong("groups cannot be negated, negate each operator in them")
        operator, colon, argument = value.partition(":") if kind == "word" else ("", "", "")
        test = self._operator(operator, argument, negated) if colon else self._keyword(kind, value, negated)
        return (lambda post: not test(post)) if negated else test

    def _keyword(self, kind: str, value: str, negated: bool) -> Test:
        self.has_keyword |= not negated
        self.stands_alone |= not negated
        if kind == "word" and value.startswith("@"):
            handle = value[1:].lower()
            return lambda post: handle in (found.lower() for found in HANDLE.findall(post.text))
        if kind == "word" and value.startswith("#"):
            return lambda post: re.search(rf"{re.escape(value)}\b", post.text, re.IGNORECASE) is not None
        wanted = [word.lower() for word in _WORDS.findall(value)]
        if not wanted:
            raise self._wrong(f"no viable alternative at '{value}'")

        def holds(post: Post) -> bool:
            words = [word.lower() for word in _WORDS.findall(post.text)]
            return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))

        return holds

    def _operator(self, operator: str, argument: str, negated: bool) -> Test:
        if operator not in OPERATORS:
            raise self._wrong(f"Reference to invalid operator '{operator}'")
        if not argument:
            raise self._wrong(f"operator '{operator}' needs a value")
        if operator not in ("is", "has", "lang"):
            self.stands_alone |= not negated
        if operator in ("conversation_id", "in_reply_to_tweet_id") and not re.fullmatch(
            r"[0-9]{1,19}", argument
        ):
            raise self._wrong(f"'{argument}' is no id for operator '{operator}'")
        if operator == "conversation_id":
            return lambda post: post.conversation_id == argument
        if operator == "in_reply_to_tweet_id":
            return lambda post: post.parent is not None and post.parent.post_id == argument
        if operator == "from":
            return lambda post: self._is(post.author, argument)
        if operator == "to":
            return lambda post: post.in_reply_to is not None and self._is(post.in_reply_to, argument)
        if operator == "lang":
            return lambda post: post.lang == argument
        if operator == "has" and argument == "mentions":
            return lambda post: HANDLE.search(post.text) is not None
        kinds: dict[str, Test] = {
            "reply": lambda post: post.parent is not None,
            "retweet": lambda post: post.reposted is not None,
            "repost": lambda post: post.reposted is not None,
            "quote": lambda post: post.quoted is not None,
        }
        if operator == "is" and argument in kinds:
            return kinds[argument]
        raise self._wrong(f"Reference to invalid operator '{operator}:{argument}'")

    def _is(self, account: Account, name: str) -> bool:
        return account.account_id == name or account.handle.lower() == name.lower().removeprefix("@")
