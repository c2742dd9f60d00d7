"""What DuckDB and Spark both understand, and alike: docs/decisions/0025-engines.md.

Functions, keywords, types and signs are those listed here: any other is refused until somebody has looked at it. What
hangs on the types or values of columns is left to builds by both engines.
"""

import re
from collections.abc import Iterator

import duckdb
from dbt_common.clients.jinja import get_environment
from jinja2 import nodes
from sqlfluff.core.parser import Lexer

# With the same meaning in both. A pattern has no backslash, and its group is said.
FUNCTIONS = {
    "abs", "avg", "bool_or", "cast", "coalesce", "contains", "count", "date_trunc", "decimal", "first_value", "floor",
    "greatest", "lag", "lead", "least", "length", "ln", "max", "md5", "median", "min", "nullif", "pow", "rank",
    "regexp_extract", "regexp_extract_all", "replace", "row_number", "sqrt", "sum", "trim",
}  # fmt: skip
TYPES = {"bigint", "boolean", "date", "decimal", "double", "integer", "string"}
SIGNS = {*"(),.=<>+-*/|"}
# Of the words that DuckDB reserves.
KEYWORDS = {
    "all", "and", "anti", "as", "asc", "by", "case", "cast", "cross", "desc", "distinct", "else", "end", "false",
    "from", "full", "group", "having", "in", "inner", "into", "is", "join", "left", "like", "limit", "not", "null",
    "on", "or", "order", "qualify", "select", "semi", "then", "true", "union", "using", "when", "where", "window",
    "with",
}  # fmt: skip
# What no list of words can say, and what to write instead. Between words, signs, numbers and texts stands one blank; a
# text is '7' if it is a number, else ''.
TOGETHER = {
    r"(?:select|distinct|[,.]) \* (?:exclude|except|replace|rename|like|ilike)\b": "the columns by name",
    r"\( from\b": "select before from",
    r"\bfilter \( (?!where\b)": "filter (where ...)",
    r"\binterval (?!'7' \w)": "interval '7' day",
    r"\b(?!(?:and|between|by|date|distinct|else|from|in|interval|like|or|select|then|when)\b)[a-z]\w* '": "cast",
    r"\b(?:ignore|respect) nulls\b": "first_known",
    r"\busing (?!\()|\bdistinct on\b|\bby all\b|\b(?:union|all|distinct) by name\b|\bat time zone\b": "what both know",
    r"(?<!\| )\|(?! \|)|> >|< <|< = >": "what both know",
    r", (?:from\b|where\b|\))": "no comma at the end",
    r"\bgroups (?:between|current|unbounded|\d+)\b": "rows",
    r"\bexclude (?:current|group|no|ties)\b": "a frame without it",
    r"\bas decimal (?!\()": "its digits: decimal(18, 12)",
}
# In a text: what only one engine's patterns know.
_PATTERN_OF_ONE = re.compile(r"\[:\w+:\]|\(\?P<")

_WRITTEN = re.compile(r"[a-z_]\w*|\d+(?:e-?\d+)?|'[^'\\]*'")
_BEFORE_BRACKETS = {
    "all", "and", "as", "between", "by", "distinct", "else", "exists", "filter", "from", "having", "in", "join", "not",
    "on", "or", "over", "select", "then", "union", "using", "values", "when", "where",
}  # fmt: skip
_CALLED = re.compile(rf"(?!jinja_|(?:{'|'.join(FUNCTIONS | _BEFORE_BRACKETS)})\b)[a-z_]\w*")
_NUMBER = re.compile(r"'(?:\d+|jinja_\w*)'")
_INNERMOST = re.compile(r"(?:(?P<name>[a-z_]\w*) )?\( (?P<inside>[^()]*)\)")
_FLOATING = re.compile(r"/|\b(?:\d+e-?\d+|avg|double|ln|median|pow|sqrt|jinja_seconds_between)\b")
_WITHOUT_FRACTION = {"count", "filter", "floor", "over"}

# What stands in the query for what jinja puts in: the macro is held by itself.
_HOLE = "jinja_"
# Which argument of a macro is a text and no SQL: a separator, a pattern, a path.
_PLAIN_ARGUMENT = {"distinct_joined": 1, "filled": 0, "json_text": 1, "without_matches": 1}
_OF_AN_ENGINE = re.compile(r"dbt_macro__(duckdb|spark)__")

_LEXER = Lexer(dialect="duckdb")
with duckdb.connect() as _connection:
    _RESERVED = {
        word
        for word, kind in _connection.execute("from duckdb_keywords()").fetchall()
        if kind in ("reserved", "type_function")
    }


def of_one_engine(template: str) -> list[str]:
    """What in a model or in macros for all engines only one engine understands, or the two understand otherwise."""
    tree = get_environment(None).parse(template)
    return sorted({found for sql in (_text(tree), *_handed(tree)) for found in _found_in(sql)})


def _text(node: nodes.Node) -> str:
    """What stands in the query, all branches one after the other."""
    match node:
        case nodes.TemplateData():
            return node.data
        case nodes.Const():
            return str(node.value)
        case nodes.Output() | nodes.Concat():
            return "".join(map(_text, node.nodes))
        case nodes.Macro(name=name) if _OF_AN_ENGINE.match(name):
            return ""
        case nodes.Template() | nodes.Stmt():
            return " ".join(
                _text(child) for child in node.iter_child_nodes() if isinstance(child, nodes.Stmt)
            )
        case nodes.Call(node=nodes.Name(name=name)):
            return _HOLE + name
    return _HOLE


def _handed(node: nodes.Node) -> Iterator[str]:
    """Texts and numbers that jinja hands on, to macros or by variables: they get into the query elsewhere."""
    children = list(node.iter_child_nodes())
    match node:
        case nodes.Const():
            yield _text(node)
        case nodes.Concat():
            yield _text(node)
            children = [child for child in node.nodes if not isinstance(child, nodes.Const)]
        case nodes.Call(node=nodes.Name(name=name), args=arguments) if name in _PLAIN_ARGUMENT:
            children = [
                argument for place, argument in enumerate(arguments) if place != _PLAIN_ARGUMENT[name]
            ]
        case nodes.Filter():
            children = children[:1]
        case nodes.Compare() | nodes.Getitem() | nodes.Call(node=nodes.Name(name="config")):
            children = []
        case nodes.Call(node=nodes.Getattr(attr=name)) if name not in {"append", "extend"}:
            children = []  # a function of Python
        case nodes.Macro(name=name) if _OF_AN_ENGINE.match(name):
            children = []
    for child in children:
        yield from _handed(child)


def _found_in(sql: str) -> Iterator[str]:
    segments, _ = _LEXER.lex(sql)
    raw = [segment.raw for segment in segments if segment.is_code and segment.raw]
    tokens = [token if token.startswith("'") else token.lower() for token in raw]
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if not (_WRITTEN.fullmatch(token) or token in SIGNS) or token in _RESERVED - KEYWORDS:
            yield token
        # what is named after `as` or `with` may have columns
        elif after == "(" and before not in {"as", "with"} and _CALLED.fullmatch(token):
            yield f"{token}()"
        if token.startswith("'") and _PATTERN_OF_ONE.search(token):
            yield token
    masked = [
        token if not token.startswith("'") else "'7'" if _NUMBER.fullmatch(token) else "''"
        for token in tokens
    ]
    line = " ".join(masked)
    for pattern, instead in TOGETHER.items():
        if found := re.search(pattern, line):
            yield f"{found[0]}: write {instead}"
    yield from _found_in_brackets(line)


def _found_in_brackets(line: str) -> Iterator[str]:
    """From the innermost on: in place of a call stands `double` if it can have a fraction."""
    while found := _INNERMOST.search(line):
        name, inside = found["name"] or "", found["inside"]
        result = (
            "double" if _FLOATING.search(f"{name} {inside}") and name not in _WITHOUT_FRACTION else "whole"
        )
        if name == "cast":
            value, _, type_name = inside.rpartition(" as ")
            type_name = type_name.split()[0]
            if type_name not in TYPES:
                yield f"cast(... as {type_name})"
            if type_name in {"bigint", "integer"} and _FLOATING.search(value):
                yield f"cast({value} as {type_name}): write floor(...) in it, for DuckDB rounds and Spark cuts"
            if type_name == "string" and _FLOATING.search(value):
                yield f"cast({value} as string): the engines write a floating-point number otherwise"
            result = type_name
        elif name in FUNCTIONS and re.search(r"\border by\b", inside):
            yield f"{name}({inside}): only a window and a list of ours have an order"
        elif name == "count" and not inside.strip():
            yield "count(): write count(*)"
        elif name == "sum" and not inside.startswith("case ") and re.search(r"[=<>]", inside):
            yield f"sum({inside}): write count(*) filter (where ...)"
        elif (
            name in FUNCTIONS and inside.startswith("distinct ") and line[found.end() :].startswith(" over ")
        ):
            yield f"{name}({inside}) over: a window counts no distinct values there"
        elif name.startswith("regexp_extract") and inside.count(",") < 2:
            yield f"{name}({inside}): write the group"
        line = line[: found.start()] + (name if name == "decimal" else result) + line[found.end() :]
