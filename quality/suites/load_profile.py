"""What came in: quality.load_profile, one row per client, stream and day."""

from datetime import date

from quality import limits
from quality.gx import gx, gxe
from quality.results import WARN
from quality.suites.rules import Loosened, TableCheck, rule, suite_of
from rapport.networks import NETWORKS
from rapport.project import variables

_TRAILING_DAYS = variables()["profile_trailing_days"]
_MIX_FLOOR = variables()["profile_mix_floor"]
_TEACH = "if the field has another name now, teach it to the network's folder in extractors/ and staging"
# The networks whose ids hold a time.
_IDS_WITH_TIME = " or ".join(network.label for network in NETWORKS.values() if network.epoch_ms is not None)

# Missing posts, and those that the erasure's rota looks up, are asked for because they may be gone: there, errors
# are the answer.
_QUERY = f"""
select
    concat_ws(
        ' ', nullif(client_id, ''), network || ':' || stream, cast(day as varchar),
        -- what somebody has to look at, or take out; ids and names of files may be anything
        regexp_replace(
            coalesce(
                outside_window_example,
                if(newest_post_ahead_minutes > {limits.CLOCK_TOLERANCE_MINUTES}, newest_post_example, null),
                refused_example,
                off_id_time_example
            ),
            '\\p{{C}}', '?', 'g'
        )
    ) as row_key,
    author_id_null_share,
    created_at_null_share,
    conversation_id_null_share,
    outside_window_count,
    off_id_time_count,
    newest_post_ahead_minutes,
    completeness,
    if(api_post_row_count + refused_count >= {limits.ERROR_FLOOR}, refused_share, null) as refused_share,
    -- only where the field was there before can it go
    if(
        has_comparable_fields,
        (lang_null_count / api_post_row_count) - (trailing_lang_null_count / trailing_row_count),
        null
    ) as lang_null_share_rise,
    if(
        has_comparable_fields,
        (reply_count_null_count / api_post_row_count) - (trailing_reply_count_null_count / trailing_row_count),
        null
    ) as reply_count_null_share_rise,
    -- how many posts answer nothing differs from day to day; that none answers anything does not
    if(
        has_comparable_fields and trailing_parent_null_count / trailing_row_count <= 0.5,
        parent_null_count / api_post_row_count,
        null
    ) as parent_null_share,
    language_drift,
    kind_drift,
    hole_hours,
    if(
        error_count >= {limits.ERROR_FLOOR} and stream not in ('missing', 'lookups', 'account_lookups'),
        error_count / (error_count + api_post_row_count),
        null
    ) as error_share,
    if(
        api_post_row_count >= {limits.COST_FLOOR}, estimated_cost_usd / api_post_row_count, null
    ) as cost_per_post_usd,
    if(
        expected_post_count >= {limits.VOLUME_FLOOR}, post_count / expected_post_count, null
    ) as volume_ratio
from quality.load_profile
"""


def _arriving(field: str, without_it: str) -> object:
    return rule(
        f"{field}_arrives",
        gxe.ExpectColumnValuesToBeBetween,
        column=f"{field}_null_share",
        max_value=limits.FIELD_NULL_SHARE_MAX,
        reason=f"{field} is asked for with every post; without it {without_it}.",
        remedy=f"look at a landed page of that stream and day: {_TEACH}; if it is gone, ask the API's changelog.",
    )


def _arriving_as_before(field: str, without_it: str) -> object:
    return rule(
        f"{field}_arrives_as_before",
        gxe.ExpectColumnValuesToBeBetween,
        column=f"{field}_null_share_rise",
        max_value=limits.NULL_SHARE_RISE_MAX,
        reason=f"{field} is missing in far more posts than in the {_TRAILING_DAYS} days before (judged from "
        f"{_MIX_FLOOR} posts on); without it {without_it}.",
        remedy=f"look at a landed page of the newest day: {_TEACH}; if it is gone, ask the API's changelog.",
    )


def _usual_mix(column: str, what: str, sign_of: str) -> object:
    return rule(
        f"{column}_is_small",
        gxe.ExpectColumnValuesToBeBetween,
        column=column,
        max_value=limits.MIX_DRIFT_MAX,
        severity=WARN,
        reason=f"half of the newest day's posts are of another {what} than in the {_TRAILING_DAYS} days before "
        f"(judged from {_MIX_FLOOR} posts on): {sign_of}, or something happened that the reader should know of.",
        remedy=f"compare the {what}s of that stream's newest day with earlier ones in raw.posts, and look at the "
        "account on the network; if it is an event, there is nothing to mend.",
    )


def suite() -> gx.ExpectationSuite:
    """Rules of the load profile."""
    return suite_of(
        "load_profile",
        [
            _arriving("author_id", "nobody can be said to have written it and no tie counts it"),
            _arriving("created_at", "it falls into no week"),
            _arriving("conversation_id", "it hangs in no conversation"),
            _arriving_as_before("lang", "topics and languages are unknown"),
            _arriving_as_before("reply_count", "nobody can say how complete a conversation is"),
            rule(
                "parents_arrive",
                gxe.ExpectColumnValuesToBeBetween,
                column="parent_null_share",
                max_value=1,
                strict_max=True,
                reason="no post of the newest day answers or quotes another, where half of them did in the "
                f"{_TRAILING_DAYS} days before: without parents there are no exchanges, and every tie seems to lapse.",
                remedy="look for what a post answers in a landed page of that day (on X in referenced_tweets or "
                f"referenced_posts): {_TEACH}.",
            ),
            _usual_mix("language_drift", "language", "another account may answer to the name"),
            _usual_mix("kind_drift", "kind", "a part of the search may have stopped working"),
            rule(
                "windows_leave_no_hole",
                gxe.ExpectColumnValuesToBeBetween,
                column="hole_hours",
                max_value=0,
                severity=WARN,
                reason="between what was read before and this window lies a stretch that nobody asked for and that "
                "is recorded as no gap: its weeks look quieter than they were.",
                remedy="fetch that stretch (`rapport fetch --from … --to …`, or a backfill of the extraction); where "
                "the network no longer shows it, import it from a file, or leave it and keep that in mind when you "
                "read those weeks.",
            ),
            rule(
                "created_at_agrees_with_the_id",
                gxe.ExpectColumnValuesToBeInSet,
                column="off_id_time_count",
                value_set=[0],
                severity=WARN,
                reason=f"an id of {_IDS_WITH_TIME} carries the time of its post; where the post says another, a "
                "time zone was misread or a file was altered. The id's time is used.",
                remedy="compare raw.posts.replaced_created_at with the id for that stream and day; if many are off, "
                "mend the file and import it afresh, or mend the reading of times in extractors/.",
            ),
            rule(
                "posts_are_not_from_the_future",
                gxe.ExpectColumnValuesToBeBetween,
                column="newest_post_ahead_minutes",
                max_value=limits.CLOCK_TOLERANCE_MINUTES,
                reason="a post can't be younger, by the time in its id, than the moment it was fetched: this "
                "machine's clock is wrong, and every 'as of' with it.",
                remedy="set this machine's clock (NTP), then fetch that window again.",
            ),
            rule(
                "few_objects_are_refused",
                gxe.ExpectColumnValuesToBeBetween,
                column="refused_share",
                max_value=limits.REFUSED_SHARE_MAX,
                reason="single fetched objects with a wrong value are refused, and no number counts them; of so many "
                f"(judged from {limits.ERROR_FLOOR} on) nobody knows what is missing: the network may have changed "
                "a field.",
                remedy="`rapport quarantine list` says why; if the network has changed a field, teach it to "
                "the network's folder in extractors/ and extractors/raw, then `rapport quarantine retry --all`.",
            ),
            rule(
                "posts_lie_inside_their_window",
                gxe.ExpectColumnValuesToBeInSet,
                column="outside_window_count",
                value_set=[0],
                reason="where a network takes a window, it gives nothing else; other posts mean that the bounds were "
                "ignored, so nobody knows what is missing inside.",
                remedy="fetch that window again; if it stays, the parameters of the page "
                "(raw.pages.parameters) show what was asked.",
            ),
            rule(
                "errors_are_few",
                gxe.ExpectColumnValuesToBeBetween,
                column="error_share",
                max_value=limits.ERROR_SHARE_MAX,
                loosened=Loosened(
                    since=date(2026, 11, 23),
                    seen="a share of 1.0 in the streams missing, lookups and account_lookups",
                    why="they ask for what may be gone, and an error is the answer; they are left out",
                ),
                reason="single posts get deleted or protected; more errors than half mean that access as a "
                "whole is refused and the window is a fragment.",
                remedy="read raw.errors of that stream and day (title, detail); renew the access, then "
                "fetch the window again.",
            ),
            rule(
                "announced_results_were_loaded",
                gxe.ExpectColumnValuesToBeBetween,
                column="completeness",
                min_value=1,
                max_value=1,
                reason="every page says how many results it holds; a share other than 1 was lost or "
                "doubled between the landed page and the raw tables.",
                remedy="run `rapport load` again (it is safe); if it stays, compare the landed page with "
                "raw.posts by page_key.",
            ),
            rule(
                "cost_is_plausible",
                gxe.ExpectColumnValuesToBeBetween,
                column="cost_per_post_usd",
                min_value=0,
                max_value=limits.COST_PER_POST_USD_MAX,
                reason="no post can cost more than its own read and those that ride along; a dearer one "
                "means that prices or units are wrong, and the budget guards nothing.",
                remedy="compare the price list in extractors/ with the network's, and mend the estimate.",
            ),
            rule(
                "volume_is_in_line",
                gxe.ExpectColumnValuesToBeBetween,
                column="volume_ratio",
                min_value=limits.VOLUME_RATIO_MIN,
                max_value=limits.VOLUME_RATIO_MAX,
                reason="the newest window holds far fewer or far more posts than the same weekday of the "
                f"{_TRAILING_DAYS} days before promises (judged from {limits.VOLUME_FLOOR} expected posts on): a "
                "stream broke, or an account was mixed up.",
                remedy="look at the account on the network: if it fell silent indeed, the next window that "
                "is fetched clears this; else fetch the window again.",
            ),
        ],
    )


CHECK = TableCheck("load_profile", _QUERY, suite)
