"""Thresholds of the rules. Those that a model needs as well are in dbt_project.yml, so each number stands once."""

# A stream that is read daily may miss a weekend, not more, before the report speaks of old days as of now.
STALE_DAYS = 3

# How many posts a window must lead us to expect before its volume is judged. Below 20 a quiet day is chance
# (a Poisson count of 20 falls under 2 once in ten million days), so small accounts never trip the rule.
VOLUME_FLOOR = 20
# A window with less than a tenth of what the trailing windows promise is a broken stream, not a quiet day;
# one with more than 20 times is a loop or a wrong account. A post that goes viral stays below that.
VOLUME_RATIO_MIN = 0.1
VOLUME_RATIO_MAX = 20.0
# Trailing weeks of a client, and how many of them must be there, else history is too short to judge.
TRAILING_WEEKS = 8
TRAILING_WEEKS_MIN = 4

# Fields asked for in every request: a response without them means that the API renamed or withheld them.
# 1 in 100 leaves room for withheld posts.
FIELD_NULL_SHARE_MAX = 0.01
# Half of all posts of another language or kind than usual: another account answers to the name, or the API has
# renamed a field. An event in a second language stays below.
MIX_DRIFT_MAX = 0.5
# A field that a post may lack, missing in this much more of the posts than in the weeks before (0..1).
NULL_SHARE_RISE_MAX = 0.3
# Deleted and protected posts come back as errors; beside 20 of them, more errors than half the posts mean
# that something is refused as a whole.
ERROR_FLOOR = 20
ERROR_SHARE_MAX = 0.5
# Of objects with a value that cannot be, there are one in thousands. One in ten of at least 20 is no accident.
REFUSED_SHARE_MAX = 0.1
# The dearest post: its own read and author, two referenced posts with theirs, a dozen mentioned accounts.
# A single post may mention more; the mean over 20 does not.
COST_PER_POST_USD_MAX = 0.25
COST_FLOOR = 20
# Clocks of two machines differ by seconds, never by five minutes.
CLOCK_TOLERANCE_MINUTES = 5
# Roots that were deleted stay missing; when more than half are, the lookup of missing posts did not run.
MISSING_ROOT_SHARE_MAX = 0.5
MISSING_ROOT_FLOOR = 20
