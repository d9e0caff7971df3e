"""Groups of sites that are one, checked as wholes.

Nothing that a reviewer parted, no two OS IDs, and no two sites of a contested key end up in one group unasked.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from hefboom.graph.identity import MINTED_PREFIX

_ORDER = {"joined": 0, "same": 1, "model": 2}


def group_sites(links: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """For every site of the links its group: columns site, group (a number).

    `links` has left_site, right_site, probability and said: `model`, a reviewer's `same` or `different`, or
    `joined` (a more open level has them as one). Links are followed from the strongest down (`joined`, `same`, then
    by probability); a model's link that would bring parted sites, two OS IDs, or two sites of a contested key that
    stand for other ids into one group is left out. `told` has plain, site, told (`told_sites` of one level).
    """
    # It takes a second to start, and most commands group nothing.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    positive = links.filter(pl.col("said") != "different")
    sites = pl.concat([links["left_site"], links["right_site"]]).unique().sort()
    number = pl.DataFrame({"site": sites}).with_row_index("number")
    ends = positive.join(number, left_on="left_site", right_on="site").join(
        number, left_on="right_site", right_on="site", suffix="_right"
    )
    left, right = ends["number"].to_numpy(), ends["number_right"].to_numpy()
    joined = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(len(sites), len(sites)))
    _, labels = connected_components(joined, directed=False)
    groups = pl.DataFrame({"site": sites, "group": labels.astype(np.int64)})
    doubtful = _doubtful(groups, links, told)
    if doubtful.is_empty():
        return groups
    inside = groups.filter(pl.col("group").is_in(doubtful.implode()))
    split = _regroup(inside["site"].to_list(), links, told, int(labels.max()) + 1)
    return pl.concat([groups.filter(~pl.col("group").is_in(doubtful.implode())), split])


def _doubtful(groups: pl.DataFrame, links: pl.DataFrame, told: pl.DataFrame) -> pl.Series:
    """Groups that hold a parted pair, more than one OS ID, or more than one site of a contested key."""
    parted = (
        links.filter(pl.col("said") == "different")
        .join(groups, left_on="left_site", right_on="site")
        .join(groups, left_on="right_site", right_on="site", suffix="_right")
        .filter(pl.col("group") == pl.col("group_right"))["group"]
    )
    os_ids = groups.filter(~pl.col("site").str.starts_with(MINTED_PREFIX)).group_by("group").len()
    contested = told.join(groups, on="site").group_by("group", "plain").len()
    several = [frame.filter(pl.col("len") > 1)["group"] for frame in (os_ids, contested)]
    return pl.concat([parted, *several]).unique().sort()


def _regroup(sites: list[str], links: pl.DataFrame, told: pl.DataFrame, first: int) -> pl.DataFrame:
    """Follow the links among `sites` one by one, leaving out those that would join what must stay apart."""
    group = {site: site for site in sites}
    members = {site: [site] for site in sites}
    os_ids = {site: {site} - ({site} if site.startswith(MINTED_PREFIX) else set()) for site in sites}
    apart: dict[str, set[str]] = {site: set() for site in sites}
    stands: dict[str, dict[str, set[str]]] = {site: {} for site in sites}
    for plain, site, ids in told.filter(pl.col("site").is_in(sites)).select("plain", "site", "told").iter_rows():
        stands[site][plain] = set(ids)
    ordered = (
        links.join(pl.DataFrame({"left_site": sites}), on="left_site", how="semi")
        .join(pl.DataFrame({"right_site": sites}), on="right_site", how="semi")
        .with_columns(rank=pl.col("said").replace_strict(_ORDER, default=-1, return_dtype=pl.Int64))
        .sort("rank", "probability", "left_site", "right_site", descending=[False, True, False, False])
    )
    for one, two, said in ordered.select("left_site", "right_site", "said").iter_rows():
        if said == "different":
            apart[one].add(two)
            apart[two].add(one)
            continue
        keep, gone = group[one], group[two]
        if keep == gone:
            continue
        parted = any(apart[site] & set(members[gone]) for site in members[keep])
        if said != "joined" and (parted or (said == "model" and len(os_ids[keep] | os_ids[gone]) > 1)):
            continue
        if said == "model" and any(
            len(ids | stands[gone].get(plain, ids)) > 1 for plain, ids in stands[keep].items() if plain in stands[gone]
        ):
            continue
        for site in members[gone]:
            group[site] = keep
        members[keep] += members.pop(gone)
        os_ids[keep] |= os_ids[gone]
        for plain, ids in stands.pop(gone).items():
            stands[keep][plain] = stands[keep].get(plain, set()) | ids
    numbers = {name: first + place for place, name in enumerate(sorted(members))}
    return pl.DataFrame({"site": sites, "group": [numbers[group[site]] for site in sites]})
