"""Nothing that is asked changes the data, and nothing makes the server call another address."""

from __future__ import annotations

import socket

import pytest
from endpoint_server import BASE, Running

QUERY = "application/sparql-query"
PUBLIC_LIST = f"{BASE}/list/nike/2021-02-01"


def statements_of(server: Running) -> int:
    """How many statements the endpoint holds."""
    answer = server.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <%s> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }",
        "SELECT * { { SELECT * { OPTIONAL { SERVICE <%s> { ?s ?p ?o } } } } }",
        "SELECT * { VALUES ?x { <%s> } SERVICE ?x { ?s ?p ?o } }",
        "SELECT * { FILTER EXISTS { SERVICE <%s> { ?s ?p ?o } } }",
        "ASK { ?s ?p ?o MINUS { SERVICE SILENT <%s> { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o } { { ?s ?p ?o } UNION { SERVICE <%s> { ?s ?p ?o } } }",
        "DESCRIBE ?s { SERVICE <%s> { ?s ?p ?o } }",
        "SELECT * FROM <%s> { ?s ?p ?o }",
        "SELECT * FROM NAMED <%s> { GRAPH <%s> { ?s ?p ?o } }",
        "LOAD <%s>",
        "LOAD SILENT <%s> INTO GRAPH <urn:x>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }",
    ],
)
def test_no_query_makes_the_server_call_another_address(server: Running, query: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        listener.setblocking(False)
        query = query.replace("%s", address)
        for answer in (
            server.query(query),
            server.client.post("/sparql", content=query.encode(), headers={"Content-Type": QUERY}),
            server.client.post(
                "/sparql", content=query.encode(), headers={"Content-Type": "application/sparql-update"}
            ),
            server.client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "default-graph-uri": address}),
            server.client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", "named-graph-uri": address}),
        ):
            assert answer.status_code == 403
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }", "DELETE DATA { <urn:a> <urn:b> 1 }", "DELETE WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "CREATE SILENT GRAPH <urn:g>",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "CREATE GRAPH <urn:g>",
        "CLEAR ALL", "CLEAR SILENT DEFAULT", "DROP ALL", "DROP GRAPH <urn:g>",
        "ADD DEFAULT TO <urn:g>", "MOVE <urn:a> TO <urn:b>", "COPY <urn:a> TO DEFAULT", "LOAD <file:///etc/passwd>",
        "PREFIX a: <urn:> INSERT DATA { a:a a:b 1 } ; CLEAR ALL", "# a note\nclear all",
    ],
)  # fmt: skip
def test_nothing_changes_the_data_however_it_is_sent(server: Running, update: str) -> None:
    before = statements_of(server)
    for answer in (
        server.query(update),
        server.client.get("/sparql", params={"update": update}),
        server.client.post("/sparql", data={"query": update}),
        server.client.post("/sparql", data={"update": update}),
        server.client.post("/sparql", data={"update": update, "using-graph-uri": PUBLIC_LIST}),
        server.client.post("/sparql", content=update.encode(), headers={"Content-Type": QUERY}),
        server.client.post("/sparql", content=update.encode(), headers={"Content-Type": "application/sparql-update"}),
        server.client.put("/sparql", params={"graph": "urn:g"}, content=b"<urn:a> <urn:b> 1 ."),
        server.client.request("DELETE", "/sparql", params={"graph": PUBLIC_LIST}),
    ):
        assert answer.status_code in (403, 405)
        assert answer.headers.get("allow", "GET, HEAD, POST, OPTIONS") == "GET, HEAD, POST, OPTIONS"
    assert statements_of(server) == before
