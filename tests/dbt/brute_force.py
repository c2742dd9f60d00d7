"""The definitions of the glossary written plainly in Python, one post and one week at a time.

Slow and simple on purpose: what the SQL finds is compared with this, row by row.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log

from tests.dbt.histories import BOT, OURS, Post


def number_of(post_id: str) -> int:
    return int(post_id.removeprefix("dm:"))


@dataclass
class Placed:
    """Where a post stands."""

    root: str
    depth: int
    is_parent_missing: bool
    is_new_turn: bool


def place(posts: list[Post]) -> dict[str, Placed]:
    """Root, depth and turn of every captured post that is no repost, by walking up from each."""
    captured = {post.post_id: post for post in posts if post.is_captured and not post.reposted_post_id}

    def parent_of(post_id: str) -> str | None:
        parent = captured[post_id].parent_post_id
        return parent if parent in captured and parent != post_id else None

    def climb(post_id: str) -> tuple[str, int]:
        """The top of the part and the steps up to it; a cycle ends at its smallest id."""
        seen = [post_id]
        while (parent := parent_of(seen[-1])) is not None:
            if parent in seen:
                cut = min(seen[seen.index(parent) :], key=number_of)
                return cut, seen.index(cut)
            seen.append(parent)
        return seen[-1], len(seen) - 1

    def claimed(post_id: str) -> str:
        post = captured[post_id]
        parent = post.parent_post_id if post.parent_post_id != post_id else None
        return post.conversation_id or parent or post_id

    placed = {}
    for post_id, post in captured.items():
        top, steps = climb(post_id)
        root = claimed(top)
        if root in captured and (above := climb(root)[0]) != top:
            root = claimed(above)
        parent = post.parent_post_id if post.parent_post_id != post_id else None
        is_cut = steps == 0
        placed[post_id] = Placed(
            root=root,
            depth=steps + (0 if root == top else 1),
            is_parent_missing=parent is not None and is_cut,
            is_new_turn=parent is None or is_cut or captured[parent].account_id != post.account_id,
        )
    return placed


@dataclass(frozen=True)
class Act:
    """One address: who turned to whom with which post."""

    post_id: str
    kind: str
    sender: str
    receiver: str
    occurred_at: datetime
    root: str


def addresses(posts: list[Post], placed: dict[str, Placed]) -> list[Act]:
    """At most one address per post and addressee, from what the author meant."""
    captured = {post.post_id: post for post in posts if post.is_captured}
    acts = []
    for post in captured.values():
        if post.reposted_post_id:
            continue
        meant: dict[str, str] = {}
        parent = post.parent_post_id if post.parent_post_id != post.post_id else None
        is_reply = post.parent_post_id is not None or (post.conversation_id or post.post_id) != post.post_id
        for account in post.typed:
            meant[account] = "mention"
        if not is_reply and post.reply_to:
            meant[post.reply_to] = "mention"
        if post.quoted_post_id in captured:
            meant[captured[post.quoted_post_id].account_id] = "quote"
        if is_reply:
            receiver = captured[parent].account_id if parent in captured else post.reply_to
            if receiver:
                meant[receiver] = "reply"
        acts += [
            Act(post.post_id, kind, post.account_id, receiver, post.created_at, placed[post.post_id].root)
            for receiver, kind in meant.items()
            if receiver != post.account_id
        ]
    return acts


def mean_distance(posts: list[Post], placed: dict[str, Placed], root: str) -> float | None:
    """Structural virality the long way: the steps between every two posts of a tree, counted one by one."""
    inside = [post for post in posts if post.post_id in placed and placed[post.post_id].root == root]
    neighbours: dict[str, set[str]] = defaultdict(set)
    for post in {post.post_id: post for post in inside}.values():
        if post.post_id != root:
            above = root if placed[post.post_id].is_parent_missing else (post.parent_post_id or root)
            if above == post.post_id:  # it claims to answer itself
                above = root
            neighbours[post.post_id].add(above)
            neighbours[above].add(post.post_id)
    ids = sorted({post.post_id for post in inside})
    total = 0
    for start in ids:
        steps, queue = {start: 0}, [start]
        for node in queue:
            for two in neighbours[node] - steps.keys():
                steps[two] = steps[node] + 1
                queue.append(two)
        total += sum(steps[node] for node in ids)
    return total / (len(ids) * (len(ids) - 1)) if len(ids) > 1 else None


def h_index(depths: Iterable[int]) -> int:
    """h+1 is the first level with fewer posts than its number."""
    levels = Counter(depths)
    level = 1
    while levels[level] >= level:
        level += 1
    return level - 1


def evenness(turns: Iterable[str]) -> float | None:
    """Pielou's evenness of who took how many turns."""
    counts = list(Counter(turns).values())
    if len(counts) < 2:
        return None
    shares = [count / sum(counts) for count in counts]
    return -sum(share * log(share) for share in shares) / log(len(counts))


def exchange_counts(acts: Iterable[Act]) -> dict[str, int]:
    """Changes of direction per conversation, over every pair of people in it."""
    talk: dict[tuple[str, frozenset[str]], list[Act]] = defaultdict(list)
    for act in acts:
        talk[act.root, frozenset((act.sender, act.receiver))].append(act)
    counts: dict[str, int] = defaultdict(int)
    for (root, _), line in talk.items():
        line.sort(key=lambda act: (act.occurred_at, number_of(act.post_id)))
        counts[root] += sum(1 for earlier, other in pairwise(line) if earlier.sender != other.sender)
    return counts


@dataclass
class Week:
    """A row of the ledger."""

    stage: str
    movement: str
    exchange_count: int
    real_conversation_count: int


RANKS = ["stranger", "noticed", "acquainted", "conversing", "connected"]


def monday(moment: datetime) -> datetime:
    start = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return start - timedelta(days=start.weekday())


def person_id(account: str) -> str:
    """The person that an account of X is unless the list of people names another."""
    return f"x:{account}"


def with_us(acts: list[Act]) -> dict[str, list[tuple[str, Act]]]:
    """What passed between us as one side and each person: (direction, act), one per post, in order."""
    talk: dict[str, dict[tuple[str, str], tuple[str, Act]]] = defaultdict(dict)
    for act in acts:
        if act.sender in OURS and act.receiver not in (*OURS, BOT):
            talk[act.receiver].setdefault((act.post_id, "out"), ("out", act))
        if act.receiver in OURS and act.sender not in (*OURS, BOT):
            talk[act.sender].setdefault((act.post_id, "in"), ("in", act))
    return {
        person: sorted(rows.values(), key=lambda row: (row[1].occurred_at, number_of(row[1].post_id)))
        for person, rows in talk.items()
    }


def exchanges_of(talk: list[tuple[str, Act]]) -> list[tuple[datetime, str, int]]:
    """(answered at, conversation, which exchange of it), in order of time."""
    found, last, count = [], {}, defaultdict(int)
    for direction, act in talk:
        if last.get(act.root, direction) != direction:
            count[act.root] += 1
            found.append((act.occurred_at, act.root, count[act.root]))
        last[act.root] = direction
    return found


def ledger(talk: list[tuple[str, Act]], as_of: datetime) -> dict[datetime, Week]:
    """The rows of one person's ledger, walked week by week from the first address."""
    talk = [row for row in talk if row[1].occurred_at < as_of]
    exchanges = exchanges_of(talk)
    real = [(moment, root) for moment, root, number in exchanges if number == 2]
    rows: dict[datetime, Week] = {}
    stage, stepped_down = "stranger", None
    week = monday(talk[0][1].occurred_at) if talk else as_of
    while week < as_of:
        end = week + timedelta(days=7)
        is_complete = end <= as_of
        before = [row for row in talk if row[1].occurred_at < end]
        has_address = any(week <= act.occurred_at < end for _, act in talk)
        ways = [sum(1 for direction, _ in before if direction == way) for way in ("in", "out")]
        done = [moment for moment, _, _ in exchanges if moment < end]
        reals = [monday(moment) for moment, _ in real if moment < end]
        recent = [real_week for real_week in reals if real_week > week - timedelta(weeks=26)]
        entitled = "noticed" if before else "stranger"
        if done:
            entitled = "acquainted"
        if len(reals) >= 2 and len(set(reals)) >= 2:
            entitled = "conversing"
        if len(recent) >= 3 and len(set(recent)) >= 3 and min(ways) / max(ways) >= 0.25:
            entitled = "connected"
        silent = (week - monday(max(done))).days // 7 if done else 0
        is_new_exchange = any(week <= moment for moment in done)
        was = stage
        if stage == "dormant":
            if is_new_exchange:
                stage = entitled
        elif done and silent >= 13 and is_complete:
            stage = "dormant"
        elif RANKS.index(entitled) > RANKS.index(stage):
            stage = entitled
        elif (
            RANKS.index(entitled) < RANKS.index(stage)
            and is_complete
            and silent >= 4
            and (stepped_down is None or (week - stepped_down).days // 7 >= 4)
        ):
            stage, stepped_down = RANKS[RANKS.index(stage) - 1], week
        if has_address or stage != was:
            in_week = sum(1 for moment in done if week <= moment)
            rows[week] = Week(
                stage,
                _movement(was, stage, in_week == len(done) > 0),
                in_week,
                sum(1 for real_week in reals if real_week == week),
            )
        week = end
    return rows


def _movement(was: str, now: str, is_first_exchange: bool) -> str:
    if is_first_exchange:
        return "new"
    if was == now or was == "stranger":
        return "held"
    if was == "dormant":
        return "revived"
    if now == "dormant":
        return "lapsed"
    return "deepened" if RANKS.index(now) > RANKS.index(was) else "cooled"


def waiting(talk: list[tuple[str, Act]], as_of: datetime) -> list[str]:
    """Posts of a person's that nobody of us answered, of the last thirty days."""
    found = []
    for place, (direction, act) in enumerate(talk):
        answered = any(way == "out" and later.root == act.root for way, later in talk[place + 1 :])
        if direction == "in" and not answered and as_of - timedelta(days=30) <= act.occurred_at < as_of:
            found.append(act.post_id)
    return found
