"""Who is who: the two clients, the named characters and the names of the audience.

Every named character is introduced here with a line of biography; their scenes, plan and truth stand together in
`characters.py`, `oddities.py`, `waiting.py` and `museum.py`.
"""

from __future__ import annotations

from emulator.model import ClientScript, Goal, Stakeholder, Topic
from emulator.script.banks import people
from emulator.script.writer import Writer

LICHTUNG = ClientScript(
    client_id="lichtung",
    name="Lichtung Institute for Forest Ecology",
    accounts=("lichtung_inst",),
    team=("yara_lichtung", "tomas_lichtung"),
    bots=("threadfold_bot",),
    stakeholders=(
        Stakeholder("min_forests_eu", "decides on forest funding from 2028", "policy", 1, ("politics",)),
        Stakeholder("prof_adeyemi", "leads the continental canopy network", "canopy", 1, ("science",)),
        Stakeholder("claire_trust", "owns 4,000 hectares beside our plots", "deadwood", 2, ("forest owner",)),
        Stakeholder("mara_in_moss", "trains the county's biology teachers", "schools", 2, ("school",)),
        Stakeholder("petra_science", "science editor of the regional daily", "press", 3, ("press",)),
        Stakeholder("mayor_sanktveit", "the tower stands on the town's land", "town", 3, ("politics",)),
    ),
    goals=(
        Goal("Ten people with whom we are really in touch", "connected_count", 10, 30),
        Goal("Nobody who asks waits longer than a day", "answered_within_day_share", 0.9, 25),
        Goal("Fifteen real conversations every week", "real_conversation_count", 15, 38),
    ),
    topics=(
        Topic("Fungi", ("fung*", "mycorrhiza*", "hypha*")),
        Topic("Deadwood", ("deadwood", "beetle*")),
        Topic("Peat", ("peat*", "sphagnum", "methane")),
        Topic("Forests in a warmer climate", ("climate*", "drought*", "late frost")),
    ),
    usd_per_day=80.0,
    usd_per_month=400.0,
)

KUPFERHOF = ClientScript(
    client_id="kupferhof",
    name="Kupferhof Museum of Crafts",
    accounts=("kupferhof",),
    team=("nele_kupferhof",),
    bots=(),
    stakeholders=(
        Stakeholder("guild_of_anvils", "lends us half of the forge", "craft", 1, ("craft",)),
        Stakeholder("county_arts", "pays for the repair Sundays", "funding", 2, ("funder",)),
    ),
    goals=(Goal("Three makers who come back to talk to us", "connected_count", 3, 30),),
    topics=(Topic("Copper", ("copper*", "kettle*", "verdigris")), Topic("Repair Sundays", ("repair*",))),
    usd_per_day=30.0,
    usd_per_month=150.0,
    hours=(("tue", "wed", "thu", "fri", "sat", "sun"), "10:00", "18:00"),  # as the museum is open
)

# handle: name, biography, further marks
US = {
    "lichtung_inst": ("Lichtung Institute", "Forest ecology since 1921. We answer.",
                      {"old": True, "kind": "organisation", "followers": 18420, "location": "Sankt Veit"}),
    "yara_lichtung": ("Yara Okonkwo", "Outreach at @lichtung_inst. Bats, boots, buses.", {"followers": 2140}),
    "tomas_lichtung": ("Tomás Reyes", "Soil lab at @lichtung_inst. Small animals, large claims.", {}),
    "threadfold_bot": ("Threadfold", "I fold threads into one page. Beep.", {"kind": "bot", "followers": 90210}),
    "kupferhof": ("Kupferhof", "Museum of crafts with a living forge.",
                  {"old": True, "kind": "organisation", "followers": 5230}),
    "nele_kupferhof": ("Nele Harms", "Workshop lead at @kupferhof.", {}),
}  # fmt: skip

NAMED = {
    "mara_in_moss": ("Mara Lindqvist", "Biology teacher, moss on both boots.", {"old": True}),
    "gil_pedantic": ("Gil P.", "Precision matters. So does this reply.", {}),
    "heartstorm_99": ("heartstorm", "I like things.", {"followers": 12}),
    "min_forests_eu": ("Ministry of Forests", "Official account.", {"kind": "organisation", "followers": 81200}),
    "mayor_sanktveit": ("Town of Sankt Veit", "News from the town hall.", {"kind": "organisation"}),
    "petra_science": ("Petra Vogt", "Science editor. Mail is better.", {"followers": 9400}),
    "prof_adeyemi": ("Folake Adeyemi", "Canopy physics. Ladders welcome.", {"followers": 23100}),
    "claire_trust": ("Claire Ashdown", "Land trust warden.", {"old": True}),
    "ines_beekeeper": ("Inês Carvalho", "Bees, mostly. Away in winter.", {}),
    "benno_canopy": ("Benno Wirth", "Tree climber, photographer.", {}),
    "volker_writes": ("Volker Hain", "Opinions on forests, daily.", {"old": True}),
    "petra_pings": ("Petra M.", "Enthusiast of everything green!", {}),
    "double_dan": ("Dan Double", "Says it twice.", {}),
    "nightshift_nora": ("Nora Castellanos", "Nurse. Awake when you are not.", {}),
    "midnight_mika": ("Mika Salo", "Clock maker.", {}),
    "polite_paolo": ("Paolo Ferri", "Thanks everybody.", {}),
    "tidepool_theo": ("Theo Marsh", "Rock pools and footnotes.", {}),
    "kato_trails": ("Kato", "Trail runner, slow uphill. Walks: @oldoak_walks", {}),
    "oldoak_walks": ("Old Oak Walks", "Guided walks for slow people, by @kato_trails.", {}),
    "hikari_moss": ("ひかり", "苔の写真を撮っています。", {"location": "京都"}),
    "najm_alghaba": ("نجم الغابة", "أحب الأشجار القديمة", {"location": "عمّان"}),
    "warda_garden": ("وردة", "حديقة صغيرة 🌿", {}),
    "bobby_tables_eu": ("Bobby T.", "Web developer. Sanitise your inputs.", {}),
    "sheet_happens": ("Sheet Happens", "Spreadsheets against despair.", {}),
    "lena_riverlog": ("Lena Brandt", "Logs one river, daily.", {}),
    "orla_hedgerow": ("Orla Quinn", "Hedges, maps, tea.", {}),
    "ghosted_gwen": ("Gwen", "I delete things.", {}),
    "mosslight_ann": ("Ann Sorensen", "Light in low places.", {}),
    "quill_and_spade": ("Quill & Spade", "Garden history <and> practice.", {"kind": "organisation"}),
    "fieldnotes_fen": ("Fen", "Field notes.", {}),
    "ruta_lab": ("Rūta Kazlauskė", "Postdoc, litter decomposition.", {}),
    "dev_ecology": ("Dev Banerjee", "Models of mixed stands.", {}),
    "oskar_doubts": ("Oskar", "Not convinced.", {}),
    "pia_datavis": ("Pia Rossi", "I draw data.", {}),
    "stat_kestrel": ("Stat Kestrel", "Statistics from above.", {"followers": 45100}),
    "reef_notes": ("Reef Notes", "Corals, and what forests teach them.", {}),
    "sunday_sketcher": ("Sunday Sketcher", "Draws trees on Sundays.", {}),
    "longform_lotta": ("Lotta Ek", "I write long.", {}),
    "private_petrel": ("Petrel", "Locked, sorry.", {"protected": True}),
    "mute_swan_dao": ("Mute Swan DAO", "To the moon.", {"suspended": True}),
    "guild_of_anvils": ("Guild of Anvils", "Smiths since 1604.", {"kind": "organisation", "old": True}),
    "county_arts": ("County Arts Fund", "Grants and deadlines.", {"kind": "organisation"}),
    "tinsmith_tove": ("Tove Dahl", "Tin, solder, patience.", {}),
    "lamp_doctor": ("Ruben Katz", "Repairs lamps on Sundays.", {}),
}  # fmt: skip


def introduce(writer: Writer) -> None:
    """Makes the clients and all named accounts."""
    writer.clients = [LICHTUNG, KUPFERHOF]
    for handle, (name, biography, marks) in {**US, **NAMED}.items():
        writer.account(handle, name, biography, **marks)  # type: ignore[arg-type]


def audience(writer: Writer, count: int) -> list[str]:
    """`count` background accounts; their handles."""
    rng = writer.random
    words = people()
    pairs = [(first, last) for first in words["first"] for last in words["last"]]
    handles = []
    for first, last in rng.sample(pairs, count):
        shape = rng.choice(("{f}_{l}", "{f}{l}", "{l}{f}", "the_{l}_{f}"))
        handle = shape.format(f=first.lower(), l=last.lower())[:15]
        while handle.lower() in writer.by_lower:
            handle = f"{handle[:12]}_{rng.randrange(10, 99)}"
        writer.account(
            handle,
            f"{first} {last}",
            rng.choice(words["biographies"]),
            old=rng.random() < 0.12,
            location=rng.choice(words["places"]) or None,
        )
        handles.append(handle)
    return handles
