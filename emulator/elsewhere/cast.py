"""Who is who on Bluesky and Mastodon. Hosts end in .test: Bluesky takes no handle in .example.

Names look like those on X, and that means nothing: @mara_in_moss of fedi.test is somebody else than X's regular, and
her account has the number there that the regular's has on X.
"""

from __future__ import annotations

from typing import Any

from emulator.elsewhere.ids import did
from emulator.elsewhere.writer import NetworkPen
from emulator.model import ClientScript, World
from emulator.script.banks import people
from emulator.script.cast import KUPFERHOF, LICHTUNG

US_ON_BLUESKY, US_ON_MASTODON = "lichtung.test", "lichtung@wald.test"
MUSEUM = "kupferhof@handwerk.test"
BRIDGED = "moss.wald.test.ap.brid.gy"
OUR_BRIDGED_COPY = "lichtung.test@bsky.brid.gy"


def _client(like: ClientScript, account: str, team: str, *bots: str) -> ClientScript:
    """The same client on another network, where reading costs nothing and nobody was listed."""
    return ClientScript(like.client_id, like.name, (account,), (team,), bots, (), (), (), 0.0, 0.0)


# The bots are found by what they say of themselves.
ON_BLUESKY = (_client(LICHTUNG, US_ON_BLUESKY, "yara.lichtung.test", "threadfold.test"),)
ON_MASTODON = (
    _client(LICHTUNG, US_ON_MASTODON, "tomas@wald.test", "beeper@fedi.test"),
    _client(KUPFERHOF, MUSEUM, "nele@handwerk.test"),
)

_Cast = dict[str, tuple[str, str, dict[str, Any]]]

BLUESKY_CAST: _Cast = {
    US_ON_BLUESKY: ("Lichtung Institute", "Forest ecology since 1921. We answer here, too.", {"followers": 6240}),
    "yara.lichtung.test": ("Yara Okonkwo", "Outreach at @lichtung.test. Bats, boots, buses.", {}),
    "threadfold.test": ("Threadfold", "I fold threads into one page. Beep.", {"is_bot": True, "followers": 41200}),
    "rita.sky.test": ("Rita Falk", "Forester's daughter, tram driver.", {}),
    "olga-otter.test": ("Olga Lindqvist", "Rivers, otters, data. The domain is mine.", {}),
    "hugo.sky.test": ("Hugo Brandt", "Deletes what he regrets.", {}),
    "bea.sky.test": ("Bea Sommer", "Gardens on four roofs.", {"asks_for_login": True}),
    "bruno.sky.test": ("Bruno Keil", "Knows better.", {}),
    "gustav.sky.test": ("Gustav Rohr", "Replies to everything.", {}),
    "quinn.sky.test": ("Quinn Abara", "Radio for the curious.", {}),
    "leo.sky.test": ("Leo Marchetti", "Likes things.", {}),
    "robin.sky.test": ("Robin Voss", "Shares things.", {}),
    "stella.sky.test": ("Stella Nyman", "New here.", {}),
    "otto.sky.test": ("Otto Glas", "Clockmaker.", {}),
    "wanda.sky.test": ("Wanda Krol", "Wanders.", {}),
    "emil.sky.test": ("Emil Ødegård 🌲", "Skogen, fjellet og så videre.", {}),
}  # fmt: skip

MASTODON_CAST: _Cast = {
    US_ON_MASTODON: ("Lichtung Institute", "Forest ecology since 1921. Our own server.", {"followers": 3870}),
    "tomas@wald.test": ("Tomás Reyes", "Soil lab at Lichtung. Small animals, large claims.", {}),
    "beeper@fedi.test": ("Beeper", "I say beep under new posts.", {"is_bot": True}),
    MUSEUM: ("Kupferhof", "Museum of crafts with a living forge.", {"followers": 910}),
    "nele@handwerk.test": ("Nele Brandt", "Front desk and forge at Kupferhof.", {}),
    "paolo@fedi.test": ("Paolo", "Always says thank you. Also on X.", {}),
    "adeyemi@uni.test": ("Prof. F. Adeyemi", "Canopies of the continent.", {}),
    "olga@fedi.test": ("Olga Lindqvist", "Rivers, otters, data.", {"verified_links": ("https://olga-otter.test",)}),
    "moss@wald.test": ("Moss Hartwig", "Sphagnum, mostly.", {"other_links": ("https://moss-hartwig.test",)}),
    OUR_BRIDGED_COPY: ("Lichtung Institute", "Forest ecology since 1921. Bridged from Bluesky.",
                       {"bridged_from": f"bluesky:{did(US_ON_BLUESKY)}"}),
    "mara_in_moss@fedi.test": ("Mara Quist", "Another Mara.", {}),
    "dora@fedi.test": ("Dora Winkler", "My posts vanish by themselves.", {}),
    "pia@fedi.test": ("Pia Lorenz", "For followers.", {}),
    "dirk@fedi.test": ("Dirk Aalto", "Writes to one at a time.", {}),
    "quentin@fedi.test": ("Quentin Marsh", "Quotes with permission.", {}),
    "vera@fedi.test": ("Vera Lund", "Quotes without.", {}),
    "edda@fedi.test": ("Edda Storm", "Edits.", {}),
    "wilma@fedi.test": ("Wilma Park", "Asks at the end.", {}),
    "sven@fedi.test": ("Sven Ohlsson", "Passing by.", {}),
    "uli@fedi.test": ("Uli Kern", "Quietly public.", {}),
    "tove@handwerk.test": ("Tove Dahl", "Tin, solder, patience.", {}),
    "ruth@fedi.test": ("Ruth Amsel", "Collects keys.", {}),
}  # fmt: skip


def introduce(pen: NetworkPen, cast: _Cast, world: World) -> None:
    """Makes the named accounts. `world` is X's, whose ids collide with some here."""
    numbers = {"mara_in_moss@fedi.test": world.accounts["mara_in_moss"].account_id,
               MUSEUM: world.accounts["kupferhof"].account_id}  # fmt: skip
    for handle, (name, biography, marks) in cast.items():
        number = {"number": numbers[handle]} if handle in numbers else {}
        pen.account(handle, name, biography, **marks, **number)


def audience(pen: NetworkPen, count: int, shape: str) -> list[str]:
    """`count` people in the background; their handles, made by `shape` of {f} and {l}."""
    words = people()
    pairs = [(first, last) for first in words["first"] for last in words["last"]]
    handles = []
    for first, last in pen.random.sample(pairs, count):
        handle = shape.format(f=first.lower(), l=last.lower())
        pen.account(handle, f"{first} {last}", pen.random.choice(words["biographies"]))
        handles.append(handle)
    return handles
