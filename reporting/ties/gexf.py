"""The ties as GEXF, the format of Gephi: ids, names, stages, weights, networks."""

import re
import xml.etree.ElementTree as ElementTree
from io import BytesIO

from rapport.forgotten import Forgotten
from rapport.networks import parts
from reporting.client import Client
from reporting.ties.record import Ties
from reporting.words import name, person

US = "us"  # the id of the client among the nodes
_ROOT = re.compile(r"\{(.*)\}gexf")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# networkx writes today's date, so that the same ties would be another file every day.
_WRITTEN_ON = re.compile(r' lastmodifieddate="[^"]*"')


def gexf(client: Client, ties: Ties) -> bytes:
    """Everybody of the ledger and we ourselves as nodes; who has a tie to whom as edges.

    A person with several accounts has them in `accounts`: by these the file is searched when one is erased.
    """
    import networkx  # half a second, which only this file is worth

    graph = networkx.Graph(name=client.client_id)
    graph.add_node(
        US,
        label=_printable(name(client.client_name)),
        stage=US,
        accounts="",
        networks=" ".join(client.networks),
    )
    for tie in ties.ties:
        graph.add_node(
            tie.person_id, label=_printable(person(tie)), handle=_printable(tie.handle), stage=tie.stage,
            kind=tie.person_kind, strength=float(tie.strength), is_stakeholder=tie.is_stakeholder,
            networks=" ".join(tie.networks),
            accounts=" ".join(client.joint_people.get(tie.person_id, [tie.person_id])),
        )  # fmt: skip
        # an edge of weight 0 is none for Gephi, and somebody who was only noticed has an address at least
        graph.add_edge(
            US, tie.person_id, weight=float(tie.exchange_count or 0.5), exchanges=tie.exchange_count,
            networks=" ".join(tie.networks),
        )  # fmt: skip
    for bond in ties.bonds:
        graph.add_edge(
            bond.one_id, bond.other_id, weight=float(bond.exchange_count), exchanges=bond.exchange_count,
            networks=" ".join(bond.networks),
        )  # fmt: skip
    written = "\n".join(networkx.generate_gexf(graph, version="1.2draft"))
    return _WRITTEN_ON.sub("", written).encode()


def without(content: bytes, forgotten: Forgotten) -> bytes | None:
    """The file without anybody who is to be forgotten: without them and their edges. None where it can't be read."""
    try:
        tree = ElementTree.parse(BytesIO(content))  # noqa: S314 - a file that we wrote
    except ElementTree.ParseError:
        return None
    root = tree.getroot()
    if not (found := _ROOT.fullmatch(root.tag)):
        return None
    namespace = found[1]
    of = {title.get("id"): title.get("title") for title in root.iter(f"{{{namespace}}}attribute")}
    gone = set()
    for nodes in root.iter(f"{{{namespace}}}nodes"):
        for node in list(nodes):
            values = {
                of.get(value.get("for")): value.get("value", "")
                for value in node.iter(f"{{{namespace}}}attvalue")
            }
            ids = {node.get("id", ""), *values.get("accounts", "").split()}
            if {parts(one) for one in ids} & forgotten.accounts:
                gone.add(node.get("id"))
                nodes.remove(node)
    for edges in root.iter(f"{{{namespace}}}edges"):
        for edge in list(edges):
            if gone & {edge.get("source"), edge.get("target")}:
                edges.remove(edge)
    is_changed = bool(gone)
    for element in root.iter():
        for key, value in element.attrib.items():
            masked = forgotten.mask(value)
            is_changed |= masked != value
            element.set(key, masked)
    if not is_changed:
        return content
    ElementTree.register_namespace("", namespace)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _printable(text: str) -> str:
    """Without the characters that no XML may hold."""
    return _NOT_IN_XML.sub("", text)
