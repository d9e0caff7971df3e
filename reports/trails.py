"""The rows that prove a line: of a direct buyer those that name it, of a deeper one those of every link of its path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hefboom.reports.desk import Desk
from hefboom.reports.model import Value
from hefboom.reports.sources import joined

Row = dict[str, Value]

_MOST_LINKS = 5


def direct_rows(desk: Desk, sites: Sequence[str]) -> dict[str, list[Row]]:
    """Per site the rows that say that a company buys there directly."""
    found: dict[str, list[Row]] = {site: [] for site in sites}
    for row in desk.rows("rows-of-links", site=list(sites)) if sites else ():
        if row["company"] and row["tier"] == 1:
            found[str(row["site"])].append(row)
    return found


def cite_rows(desk: Desk, rows: Iterable[Row]) -> str:
    """The references to rows of lists, each list once, and to relations of due diligence files."""
    cited: list[str] = []
    lists: dict[str, Row] = {}
    numbers: dict[str, list[str]] = {}
    for row in rows:
        if row["evidence"] == "company-file":
            cited.append(desk.cite_node(row["relation"]))
        else:
            lists[str(row["list"])] = row
            numbers.setdefault(str(row["list"]), []).append(str(row["row"] or ""))
    cited += [desk.cite_list({**row, "rows": "; ".join(dict.fromkeys(numbers[key]))}) for key, row in lists.items()]
    return joined(cited)


class Trail:
    """The links that lead to one site, as far back as uses are followed."""

    def __init__(self, desk: Desk, site: str) -> None:
        self._desk, self._site = desk, site
        self._into: dict[str, list[Row]] = {}
        edge = [site]
        for _ in range(_MOST_LINKS):
            self._into.update({one: [] for one in edge})
            for row in desk.rows("rows-of-links", site=edge):
                self._into[str(row["site"])].append(row)
            edge = sorted({str(row["buyerSite"]) for one in edge for row in self._into[one] if row["buyerSite"]})
            edge = [one for one in edge if one not in self._into]
            if not edge:
                break

    def cite_use(self, use: Row) -> str:
        """The references for one row of the question who uses the site."""
        links = [row for row in self._into[self._site] if row["list"] == use["list"]]
        company, tier = str(use["company"]), use["tier"] if isinstance(use["tier"], int) else 1
        found = [
            row
            for row in links
            if row["company"] == company and row["tier"] == tier and row["evidence"] == use["evidence"]
        ]
        if use["evidence"] == "relationship":
            found += self._through(links, company, tier)
        return cite_rows(self._desk, found)

    def cite_buyer(self, company: str) -> str:
        """The references for a company that buys at the site directly."""
        return cite_rows(
            self._desk, [row for row in self._into[self._site] if row["company"] == company and row["tier"] == 1]
        )

    def _through(self, links: Sequence[Row], company: str, tier: int) -> list[Row]:
        """The rows of every path of so many links from the company that ends in one of these links between sites."""
        found: list[Row] = []
        for row in links:
            buyer = str(row["buyerSite"] or "")
            if not buyer or buyer == row["site"] or tier < 2:
                continue
            before = self._into.get(buyer, [])
            start = [one for one in before if one["company"] == company and one["tier"] == tier - 1]
            start += self._through(before, company, tier - 1)
            if start:
                found += [*start, row]
        return found
