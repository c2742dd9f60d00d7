"""The copies that bridges make of accounts: they say the same under another id, so they go with their source."""

from collections.abc import Iterable

from extractors.raw import raw_store
from extractors.raw.related import NAMED_IN_TEXTS
from extractors.state.store import open_state
from rapport import networks, warehouse
from rapport.config import Settings
from rapport.forgotten import Pair
from rapport.networks import BRIDGES


def of(settings: Settings, sources: Iterable[Pair]) -> dict[Pair, str]:
    """The accounts that bridges have made of these, as far as they were ever seen here, each with its handle."""
    sources = set(sources)
    found: dict[Pair, str] = {}
    if not settings.warehouse_path.exists():
        return found
    with warehouse.connect(settings) as connection, open_state(settings) as state:
        raw_store.create_tables(connection)
        for bridge in BRIDGES:
            ids = [account_id for network, account_id in sources if network == bridge.source]
            rows = connection.execute(_CALLED, {"network": bridge.source, "ids": ids}).fetchall()
            handles = {_copied(bridge.handle, handle) for (handle,) in rows} | {
                _copied(bridge.handle, one) for one in ids if networks.NETWORKS[bridge.source].is_handle(one)
            }
            named = {"network": bridge.network, "handles": sorted(handles)}
            for account_id, handle in connection.execute(_SEEN, named).fetchall():
                found[bridge.network, account_id] = handle
            for handle, account_id in state.account_ids(bridge.network, handles).items():
                found[bridge.network, account_id] = handle
    return found


_CALLED = (
    "select distinct username from raw.users where network = $network and username is not null"
    " and list_contains($ids::varchar[], account_id)"
)
_SEEN = f"""
    select account_id, lower(username) from raw.users
    where network = $network and account_id is not null and list_contains($handles::varchar[], lower(username))
    union
    select mention.id, lower(mention.username) from ({NAMED_IN_TEXTS})
    where
        network = $network and mention.id is not null
        and list_contains($handles::varchar[], lower(mention.username))
"""


def _copied(form: str, handle: str) -> str:
    """The handle of the copy of an account with that handle."""
    name, _, host = handle.lower().partition("@")
    return form.format(handle=handle.lower(), name=name.replace("_", "-"), host=host)
