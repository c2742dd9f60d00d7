"""The machinery that fetches, whatever the network: waves, walks, cursors, locks, money, polls, gaps.

It knows a network by its `Extractor` (registry.py), and sees its objects in raw's vocabulary: the members that posts,
users and messages have in X's API v2. What lands is the network's own answer, to the byte.

## How a network is added
`rapport/networks.py` declares it: name, ids, handles, streams, prices (none where reading is free; then nothing is
booked). The rest is a package, extractors/<network>, which is imported when the network is asked:

- `streams.py` declares what a run is made of: `Stream(name, endpoint, method, kind, ...)` of streams.py, or a subclass
  with `parameters` of its own (what every request carries). `wave` says when, `each` and `metric` say for what.
  The names are the same on every network: profiles, own_posts, mentions, conversations, quotes, reposters, likers,
  missing. `token_parameter` names what the next page's token goes into; a stream without one has one page.
- `dialect.py` has `class Dialect(dialect.Dialect)` and `DIALECT`, which ask nobody. It needs `network`, `streams`,
  `profile_targets` (which requests look up these handles and ids: one `Target` each, its arguments in `parameters`),
  `post_targets` (the same for posts that are missing) and `read` (envelope and body of a page → `Reading`: objects,
  next token). `reading_of` makes one of what the network's translator (extractors/<network>/objects.py) gives. What
  else may be said, and what holds if nothing is, stands in dialect.py.
- `client.py` has `Client(settings, on_progress)`: `dialect`, `page(stream, target, parameters)` → one `Answer`, bytes
  and parsed value, `with` opens and closes it. It is the only module that knows the network's library. It may begin
  with `http.HttpClient`; it retries and waits by itself (`retrying.py`), and raises errors of extractors/errors.py.
- `fetchers.py` has `FETCHERS`: `fetchers.of_streams(DIALECT)`, with what the network does in its own way in its place.
- `extractor.py` has `EXTRACTOR = Extractor(DIALECT, Client, FETCHERS)`.

A walk goes from the newest page to the last. Where an endpoint knows no window, a walk of an account's posts ends at
the first object older than the window (`Reading.oldest_at`, if the order is not that of `created_at`). What is newer
lands, too.
"""
