"""How results of matching are shown to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hefboom.cli_common import Say, print_newly_shared, typed_command

if TYPE_CHECKING:
    from rich.console import Console

    from hefboom.graph.decisions import Recorded
    from hefboom.graph.iris import Names
    from hefboom.graph.resolution import Resolved
    from hefboom.graph.why import Explanation

_STATES = {
    "new": "Decided: {left} and {right}: {decision}.",
    "changed": "Decided anew: {left} and {right}: {decision}; before, {who} said {before} on {day}.",
    "known": "Nothing to do: {left} and {right}: {who} said {before} on {day} already.",
    "withdrawn": "Withdrawn: {left} and {right}; {who} had said {before} on {day}. It stays on file as withdrawn.",
    "nothing": "Nothing to withdraw: no decision stands on {left} and {right}.",
}
_METHODS = {
    "en": {
        "os-id": "by its OS ID", "exact-key": "by the same name, address and country",
        "only-mention": "only this row names it",
        "matched": "matched to the others", "model": "the model", "cluster": "both match a third listing",
        "review": "a reviewer", "same-text": "the rows say the same",
    },
    "nl": {
        "os-id": "aan het OS ID", "exact-key": "aan dezelfde naam, adres en land",
        "only-mention": "alleen deze rij noemt haar",
        "matched": "herkend bij de andere", "model": "het model", "cluster": "beide horen bij een derde vermelding",
        "review": "een beoordelaar", "same-text": "de rijen zeggen hetzelfde",
    },
}  # fmt: skip
_HEADS = {
    "en": ("is held together by", "may also be (open for review)", "is kept apart from", "decisions on file",
           "earlier ids that lead here", "To undo this: {command}", "no reason given"),
    "nl": ("hangt samen door", "is misschien ook (nog te beoordelen)", "is niet hetzelfde als",
           "beslissingen in het dossier",
           "eerdere id's die hierheen leiden", "Dit ongedaan maken: {command}", "geen toelichting"),
}  # fmt: skip


def print_resolved(found: Resolved, say: Say) -> None:
    """What a resolution joined, what is to review, what to do next."""
    if found.mode == "unchanged":
        say.print("Nothing changed since the last resolution.")
    elif found.mode == "incremental":
        say.print(f"Compared {', '.join(found.lists)} with all lists before.")
    else:
        say.print(f"Compared all {len(found.lists)} lists with each other.")
    say.print(
        f"{found.same:,} pairs of listings are one site though spelled differently; {found.joined:,} sites were joined."
    )
    say.print(f"{found.open:,} pairs of sites may be one and wait for a person.")
    print_newly_shared(found.newly_shared, say)
    hefboom = typed_command(say.lang)
    initials = say.of("YOUR-INITIALS")
    steps = {f"{hefboom} ask shared-sites": "see what is shared now"}
    if found.newly_shared:
        steps = {f"{hefboom} why {found.newly_shared[0].site}": "see why listings were joined", **steps}
    if found.open:
        steps = {f"{hefboom} review --who {initials}": "decide the doubtful pairs, the most valuable first", **steps}
    say.print("Next:")
    for words, gain in steps.items():
        say.console.print(f"  {words}\n      {say.of(gain)}", markup=False, highlight=False, soft_wrap=True)


def print_recorded(results: Sequence[Recorded], decision: str | None, say: Say) -> None:
    """What became of decisions, one line each."""
    for one in results:
        text = _STATES[one.state].format(
            left=f"{one.left_label} ({one.left})", right=f"{one.right_label} ({one.right})",
            decision=say.of(decision or ""), who=one.before_by, before=say.of(one.before or ""), day=one.before_on,
        )  # fmt: skip
        say.print(text)


def print_explanation(found: Explanation, names: Names, say: Say) -> None:
    """A site explained."""
    lang, console = say.lang, say.console
    methods = _METHODS[lang]
    initials = say.of("YOUR-INITIALS")
    joined, possible, apart, decided, aliases, undo, unsaid = _HEADS[lang]
    console.print(f"{found.label}  {names.site(found.site)}", style="bold", markup=False)
    rows = [
        (row["list"], row["row"], row["name"], row["address"], methods.get(row["method"], row["method"]), row["exact"])
        for row in found.listings
    ]
    say.table(None, ("list", "row", "name", "address", "how", "exact id"), rows)
    for title, pairs in ((joined, found.joined), (possible, found.open), (apart, found.apart)):
        if pairs:
            console.print(f"{title}:", style="bold")
            for pair in pairs:
                _print_pair(pair, lang, console)
    if found.contested:
        console.print(f"{say.of('same name, address and country, set apart by LEI or DUNS number')}:", style="bold")
        for row in found.contested:
            numbers = [f"{kind} {row[key]}" for key, kind in (("lei", "LEI"), ("duns", "DUNS")) if row[key]]
            console.print(f"  {row['name']} ({row['site']}): {', '.join(numbers) or say.of('no number')}", markup=False)
    if found.decisions:
        console.print(f"{decided}:", style="bold")
        for row in found.decisions:
            text = f"  {row['day']} {row['who']}: {say.of(row['decision'])}: {row['left_site']} + {row['right_site']}"
            text += f": {row['why'] or unsaid}"
            if row["withdrawn_on"]:
                text += f" [{row['withdrawn_on']} {row['withdrawn_by']}: {row['withdrawn_why'] or say.of('withdrawn')}]"
            console.print(text, markup=False)
    if found.aliases:
        console.print(f"{aliases}: {', '.join(found.aliases)}", markup=False)
    model = next((pair for pair in found.joined if pair["method"] != "review"), None)
    if model:
        ends = f"{model['left_site']} {model['right_site']}"
        words = f'{typed_command(lang)} decide {ends} different --who {initials} --why "..."'
        console.print(undo.format(command=words), markup=False)
    review = next((row for row in found.decisions if not row["withdrawn_on"]), None)
    if review:
        words = f"{typed_command(lang)} decide {review['left_site']} {review['right_site']} --withdraw --who {initials}"
        console.print(undo.format(command=words), markup=False)


def _print_pair(pair: Mapping[str, Any], lang: str, console: Console) -> None:
    method = _METHODS[lang].get(pair["method"], pair["method"])
    left = f"{pair['left_name']} ({pair['left_list']}, {pair['left_row']})"
    right = f"{pair['right_name']} ({pair['right_list']}, {pair['right_row']})"
    how = f"{pair['probability']:.4f}, {method}, {pair['day']}, {pair['model_version']}"
    console.print(f"  {left} + {right}: {how}", markup=False)
    console.print(f"    {pair[f'reasons_{lang}']}", markup=False)


def print_found(asked: str, candidates: Sequence[Mapping[str, Any]], say: Say) -> None:
    """Candidate sites for a name, and who uses them."""
    from hefboom.queries.wording import in_figures

    if not candidates:
        say.print(f"No site is called anything like '{asked}'.")
        return
    for place, one in enumerate(candidates, start=1):
        score = in_figures(f"{one['score']:.2f}", say.lang)
        head = f"{place}. {one['name']}, {one['country']}  {say.of('score')} {score}"
        say.console.print(head, style="bold", markup=False)
        users = ", ".join(one["used_by"]) or say.of("nobody on file")
        for text in (one["address"], one["site"], one["reasons"], f"{say.of('used by')}: {users}"):
            say.console.print(f"   {text}", markup=False)
