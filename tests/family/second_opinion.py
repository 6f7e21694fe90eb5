"""The worked families judged a second time: `python -m tests.family.second_opinion`.

Shares no code with the engine. A family is built as a graph of parents and children; what is not
recorded is tried out, one value below and one at each threshold; links follow from the graph. The
derivation is written beside each family in `worked/*.txt`.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "worked"
LYNCH = [
    *("crc", "endometrial", "gastric", "ovarian", "pancreatic"),
    *("ureter", "biliary", "brain", "small_bowel"),
]
HNPCC = {"crc", "endometrial", "small_bowel", "ureter"}
SARCOMA = {"sarcoma", "bone"}
SPECTRUM = {"sarcoma", "bone", "brain", "adrenal"}

# code: degree, side (m, p, b both, ? not said), sex, parents in the graph
KIN: dict[str, tuple[int, str, str, tuple[str, ...]]] = {
    "MTH": (1, "m", "f", ("MGM", "MGF")),
    "FTH": (1, "p", "m", ("PGM", "PGF")),
    "SIS": (1, "b", "f", ("MTH", "FTH")),
    "BRO": (1, "b", "m", ("MTH", "FTH")),
    "ITWINSIS": (0, "b", "f", ("MTH", "FTH")),
    "DAU": (1, "b", "f", ("P", "spouse")),
    "SON": (1, "b", "m", ("P", "spouse")),
    "HSIS": (2, "?", "f", ()),
    "GRMTH": (2, "?", "f", ()),
    "MGRMTH": (2, "m", "f", ("MGGM", "MGGF")),
    "MGRFTH": (2, "m", "m", ("MGGM2", "MGGF2")),
    "PGRMTH": (2, "p", "f", ("PGGM", "PGGF")),
    "PGRFTH": (2, "p", "m", ("PGGM2", "PGGF2")),
    "MAUNT": (2, "m", "f", ("MGM", "MGF")),
    "MUNCLE": (2, "m", "m", ("MGM", "MGF")),
    "PAUNT": (2, "p", "f", ("PGM", "PGF")),
    "PUNCLE": (2, "p", "m", ("PGM", "PGF")),
    "AUNT": (2, "?", "f", ()),
    "UNCLE": (2, "?", "m", ()),
    "NIECE": (2, "b", "f", ()),
    "NEPHEW": (2, "b", "m", ()),
    "GRNDDAU": (2, "b", "f", ()),
    "MCOUSN": (3, "m", "?", ()),
    "PCOUSN": (3, "p", "?", ()),
    "MGGRMTH": (3, "m", "f", ("a", "b")),
}
SAME_NODE = {"MGRMTH": "MGM", "MGRFTH": "MGF", "PGRMTH": "PGM", "PGRFTH": "PGF"}
GENERATION = {
    **dict.fromkeys(("MTH", "FTH", "MAUNT", "MUNCLE", "PAUNT", "PUNCLE", "AUNT", "UNCLE"), 1),
    **dict.fromkeys(("MGRMTH", "MGRFTH", "PGRMTH", "PGRFTH", "GRMTH"), 2),
    "MGGRMTH": 3,
    **dict.fromkeys(("DAU", "SON", "NIECE", "NEPHEW"), -1),
    "GRNDDAU": -2,
}
Someone = dict[str, Any]


def parse(text: str) -> list[Someone]:
    """The people of a line: `P:f crc@46; MTH breast@49 ovarian@?; MCOUSN(f) ~breast@<50`."""
    people = []
    for number, words in enumerate(filter(None, map(str.strip, text.split(";")))):
        head, *cancers = words.split()
        marks = [each[1:] for each in cancers if each[0] == "#"]
        cancers = [each for each in cancers if each[0] != "#"]
        found = re.fullmatch(r"(P:[fm]|[A-Z]+)(?:\(([fm])\))?(!?)", head)
        assert found, head
        kin = found[1]
        person: Someone = {"n": number, "kin": kin, "ill": [], "silent": bool(found[3])}
        if kin.startswith("P:"):
            person |= {"kin": "P", "degree": 0, "side": "b", "sex": kin[2]}
        else:
            degree, side, sex, _ = KIN[kin]
            person |= {"degree": degree, "side": side, "sex": found[2] or sex}
        person["marks"] = marks
        for cancer in cancers:
            site, _, age = cancer.lstrip("~").partition("@")
            both = site.endswith("2")
            person["ill"].append(
                {
                    "site": site.rstrip("2"),
                    "ages": _ages(age or "?"),
                    "sure": cancer[0] != "~",
                    "both": both or None,
                }
            )
        people.append(person)
    return people


def _ages(text: str) -> tuple[int, int]:
    if text == "?":
        return 0, 120
    if text[0] == "<":
        return 0, int(text[1:]) - 1
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def families(people: list[Someone], cuts: list[int], wants: str) -> Iterator[list[Someone]]:
    """Every family the line may stand for, as far as thresholds can tell them apart."""
    choices: list[list[Someone]] = []
    for person in people:
        sides = ["m", "p"] if person["side"] == "?" else [person["side"]]
        sexes = ["f", "m"] if person["sex"] == "?" and "x" in wants else [person["sex"]]
        ill: list[list[Any]] = []
        for each in person["ill"]:
            low, high = each["ages"]
            tried = {low} | {edge for cut in cuts for edge in (cut,) if low < edge <= high}
            both = [True, False] if each["both"] is None and "b" in wants else [bool(each["both"])]
            if each["site"] not in ("breast", "lobular"):
                both = [False]
            kinds = [each["site"]]
            if "o" in wants and each["site"] == "ovarian":
                kinds = ["serous", "ovarian"]
            if "h" in wants and each["site"] == "gastric":
                kinds = ["diffuse", "gastric"]
            if "h" in wants and each["site"] == "breast":
                kinds = ["lobular", "breast"]
            ways: list[Any] = [
                {"site": kind, "age": age, "both": b}
                for kind in kinds
                for age in sorted(tried)
                for b in both
            ]
            ill.append(ways if each["sure"] else [*ways, None])
        choices.append(
            [
                {**person, **seen, "side": side, "sex": sex, "ill": [each for each in one if each]}
                for side in sides
                for sex in sexes
                for one in itertools.product(*ill)
                for seen in (_pathologies(person) if "i" in wants else [{}])
            ]
        )
    yield from (list(each) for each in itertools.product(*choices))


def _pathologies(person: Someone) -> Iterator[Someone]:
    """Every pathology the patient's breast cancer may have, by the marks: `#g3 #er- #her2+`."""
    if person["kin"] != "P" or not any(each["site"] == "breast" for each in person["ill"]):
        yield {}
        return
    told = person["marks"]
    grades = [each for each in "123" if f"g{each}" in told] or list("123")
    signs = {
        name: [each for each in "+-" if f"{name}{each}" in told] or list("+-")
        for name in ("er", "pr", "her2")
    }
    for grade in grades:
        for er, pr, her2 in itertools.product(*signs.values()):
            yield {"grade": grade, "er": er, "pr": pr, "her2": her2}


def age(person: Someone, *sites: str) -> int | None:
    found = [each["age"] for each in person["ill"] if each["site"] in sites]
    return min(found) if found else None


def before(person: Someone, below: int, *sites: str) -> bool:
    """Whether a cancer of these sites was found before an age; nought is an age."""
    found = age(person, *sites)
    return found is not None and found < below


def on(person: Someone, side: str) -> bool:
    return person["side"] in (side, "b")


# -- the graph ----------------------------------------------------------------------------


def graphs(family: list[Someone]) -> Iterator[dict[str, tuple[str, ...]]]:
    """Child → parents, in every way the relations allow: whose child is a cousin?"""
    options: list[list[tuple[str, tuple[str, ...]]]] = []
    base: dict[str, tuple[str, ...]] = {
        "P": ("MTH", "FTH"),
        "MTH": ("MGM", "MGF"),
        "FTH": ("PGM", "PGF"),
        "MGM": ("MGGM", "MGGF"),
        "MGF": ("MGGM2", "MGGF2"),
        "PGM": ("PGGM", "PGGF"),
        "PGF": ("PGGM2", "PGGF2"),
    }
    for person in family:
        kin, me = person["kin"], node(person)
        side = person["side"].upper()
        if kin in ("AUNT", "UNCLE"):
            base[me] = (f"{side}GM", f"{side}GF")
        elif kin == "HSIS":
            base[me] = ("MTH" if side == "M" else "other", "FTH" if side == "P" else "another")
        elif kin in ("MCOUSN", "PCOUSN"):
            options.append(_children(me, family, "AUNT UNCLE", kin[0], f"{kin[0]}GM"))
        elif kin in ("NIECE", "NEPHEW"):
            options.append(_children(me, family, "SIS BRO", "", "MTH"))
        elif kin == "GRNDDAU":
            options.append(_children(me, family, "DAU SON", "", "P"))
        elif kin not in SAME_NODE and kin not in base and kin != "MGGRMTH":
            base[me] = KIN[kin][3]
    for chosen in itertools.product(*options):
        graph = dict(base)
        for child, parents in chosen:
            graph[child] = parents
            if parents[0].startswith("unlisted"):
                graph.setdefault(parents[0], (parents[2], parents[2].replace("GM", "GF")))
                graph[child] = parents[:2]
        yield graph


def _children(
    me: str, family: list[Someone], kins: str, side: str, above: str
) -> list[tuple[str, tuple[str, ...]]]:
    """A child of one of the listed, or of one who is not listed; two may share that one."""
    listed = [
        node(each)
        for each in family
        if each["kin"] in [side + kin for kin in kins.split()]
        or (each["kin"] in kins.split() and side and each["side"].upper() == side)
    ]
    found: list[tuple[str, tuple[str, ...]]] = [(me, (each, f"mate of {each}")) for each in listed]
    for number in ("1", me):
        parent = f"unlisted{above}{number}"
        found.append((me, (parent, f"mate of {parent}", above)))
    return found


def node(person: Someone) -> str:
    kin = person["kin"]
    if kin in ("P", "MTH", "FTH"):
        return kin
    return SAME_NODE.get(kin, f"{kin}{person['n']}")


def parents_of(graph: dict[str, tuple[str, ...]], one: str) -> tuple[str, ...]:
    if one.startswith("unlisted") and one not in graph:
        return ()
    return graph.get(one, ())


def close(graph: dict[str, tuple[str, ...]], one: str, other: str) -> bool:
    mine, theirs = parents_of(graph, one), parents_of(graph, other)
    return one in theirs or other in mine or (len(mine) == 2 and set(mine) == set(theirs))


def steps(graph: dict[str, tuple[str, ...]], one: str, other: str) -> int | None:
    """Degree: up from each to the nearest ancestors they share; both shared parents count once."""
    mine, theirs = _ancestors(graph, one), _ancestors(graph, other)
    shared = [each for each in mine if each in theirs]
    if not shared:
        return None
    best = min(mine[each] + theirs[each] for each in shared)
    nearest = [each for each in shared if mine[each] + theirs[each] == best]
    is_line = one in shared or other in shared
    return best if is_line or len(nearest) < 2 else best - 1


def _ancestors(graph: dict[str, tuple[str, ...]], one: str) -> dict[str, int]:
    found = {one: 0}
    todo = [one]
    while todo:
        current = todo.pop()
        for parent in parents_of(graph, current):
            if parent not in found:
                found[parent] = found[current] + 1
                todo.append(parent)
    return found


# -- the criteria -------------------------------------------------------------------------

Told = tuple[Any, str]


def two_lines(score: Callable[[Someone], list[tuple[str, int]]], at: int) -> Callable[..., Told]:
    def judge(family: list[Someone]) -> Told:
        sums = {}
        for side in "mp":
            parts = [part for each in family if on(each, side) for part in score(each)]
            sums[side] = (sum(points for _, points in parts), "+".join(str(p) for _, p in parts))
        words = " ".join(f"{s}:{t or 0}={n}" for s, (n, t) in sums.items())
        return max(n for n, _ in sums.values()) >= at, words

    return judge


def pat(each: Someone) -> list[tuple[str, int]]:
    if each["kin"] == "P":
        return []
    found, at = [], age(each, "breast")
    if at is not None:
        found.append(("b", 8 if each["sex"] == "m" else 4 if at < 50 else 3))
    return found + [("o", 5)] * (age(each, "ovarian") is not None)


def fhat(each: Someone) -> list[tuple[str, int]]:
    if each["kin"] == "P":
        return []
    kin = {"MTH": 0, "FTH": 0, "SIS": 1, "BRO": 1, "ITWINSIS": 1}.get(each["kin"], 2)
    found: list[tuple[str, int]] = []
    b, o = age(each, "breast"), age(each, "ovarian")
    if each["kin"] not in ("DAU", "SON"):
        if b is not None and o is not None:
            found.append(("both", (10, 7, 5)[kin]))
        elif b is not None:
            found.append(("b", (4, 3, 2)[kin]))
        elif o is not None:
            found.append(("o", (7, 4, 3)[kin]))
        if b is not None and each["sex"] == "m":
            found.append(("man", 2))
    if b is not None:
        found.append(("age", 0 if b < 20 else 6 if b < 30 else 4 if b < 40 else 2 if b < 50 else 0))
        if any(ill["both"] for ill in each["ill"]):
            found.append(("two", 3))
    if o is not None:
        found.append(("age", 6 if o < 40 else 4 if o <= 60 else 2))
    for site in ("prostate", "crc"):
        at = age(each, site)
        if at is not None and at < 50:
            found.append((site, 1))
    return [part for part in found if part[1]]


def manchester(family: list[Someone]) -> Told:
    def score(each: Someone) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        b, o = age(each, "breast"), age(each, "ovarian", "serous")
        if b is not None and each["sex"] == "m":
            found.append(("b", 13 if b < 60 else 10))
        elif b is not None:
            bands = ((30, 11), (40, 8), (50, 6), (60, 4), (999, 2))
            found.append(("b", next(points for below, points in bands if b < below)))
        if o is not None:
            found.append(("o", 13 if o < 60 else 10))
        serous = age(each, "serous")
        if serous is not None and serous < 60:
            found.append(("s", 2))
        if age(each, "pancreatic") is not None:
            found.append(("p", 1))
        p = age(each, "prostate")
        if p is not None:
            found.append(("pr", 2 if p < 60 else 1))
        return found

    def with_index(each: Someone) -> list[tuple[str, int]]:
        found = score(each)
        if "grade" in each:
            found.append(("grade", {"1": -2, "2": 0, "3": 2}[each["grade"]]))
            negative = each["er"] == each["pr"] == each["her2"] == "-"
            found.append(("er", 4 if negative else -1 if each["er"] == "+" else 1))
            if each["her2"] == "+":
                found.append(("her2", -6))
        if "adopted" in each["marks"] and len(family) == 1 and found:
            found.append(("adopted", 4))
        return [part for part in found if part[1]]

    own = any(score(each) for each in family if each["kin"] == "P")
    met, words = two_lines(with_index, 15 if own else 20)(family)
    return met, f"{words} of {15 if own else 20}"


def fhs7(family: list[Someone]) -> Told:
    kin = [each for each in family if each["kin"] != "P"]
    b = [each for each in kin if age(each, "breast") is not None]
    yes = [
        any(each["degree"] <= 1 and age(each, "breast", "ovarian") is not None for each in kin),
        any(ill["both"] for each in b for ill in each["ill"]),
        any(each["sex"] == "m" for each in b),
        any(each["sex"] == "f" and age(each, "ovarian") is not None for each in b),
        any(each["sex"] == "f" and (age(each, "breast") or 0) < 50 for each in b),
        sum(age(each, "breast", "ovarian") is not None for each in kin) >= 2,
        sum(age(each, "breast", "crc") is not None for each in kin) >= 2,
    ]
    return any(yes), "yes to " + (",".join(str(n) for n, y in enumerate(yes, 1) if y) or "none")


def rst(family: list[Someone]) -> Told:
    rows = {
        "P": "self", "MTH": "mother", "SIS": "sister", "ITWINSIS": "sister", "DAU": "daughter",
        "MGRMTH": "mgm", "PGRMTH": "pgm", "MAUNT": "maunt", "PAUNT": "paunt",
    }  # fmt: skip
    ticks = set()
    late = {"m": 0, "p": 0}
    for each in family:
        row, b = rows.get(each["kin"]), age(each, "breast")
        if each["kin"] in ("AUNT", "GRMTH"):
            row = each["side"] + {"AUNT": "aunt", "GRMTH": "gm"}[each["kin"]]
        if row and each["sex"] == "f" and b is not None and b <= 50:
            ticks.add(f"{row} breast")
        if row and each["sex"] == "f" and age(each, "ovarian") is not None:
            ticks.add(f"{row} ovary")
        if each["kin"] != "P" and each["degree"] <= 2 and b is not None:
            if each["sex"] == "m":
                ticks.add("man")
            elif b > 50:
                for side in "mp":
                    late[side] += on(each, side)
    ticks |= {f"late {side}" for side, count in late.items() if count >= 2}
    return len(ticks) >= 2, f"{len(ticks)}: {', '.join(sorted(ticks)) or 'none'}"


def amsterdam(family: list[Someone]) -> Told:
    ill = [each for each in family if age(each, *HNPCC) is not None]
    if len(ill) < 3:
        return False, f"{len(ill)} affected"
    if min(age(each, *HNPCC) or 0 for each in ill) >= 50:
        return False, "none before 50"
    verdicts = set()
    for graph in graphs(family):
        met = False
        for hub in ill:
            near = [e for e in ill if e is not hub and close(graph, node(hub), node(e))]
            line = [e for e in ill if steps(graph, node(hub), node(e)) is not None]
            heights = {GENERATION.get(e["kin"], 0) for e in line}
            met = met or (len(near) >= 2 and any(h + 1 in heights for h in heights))
        verdicts.add(met)
    words = f"{len(ill)} affected, one before 50, "
    if len(verdicts) == 2:
        return None, words + "links open"
    return verdicts.pop(), words + ("linked over two generations" if met else "no such link")


def bethesda(family: list[Someone]) -> Told:
    me = family[0]
    own = age(me, "crc")
    if own is None:
        return False, "no own colorectal cancer"
    near = [e for e in family[1:] if e["degree"] <= 2 and age(e, *LYNCH) is not None]
    young = [e for e in near if e["degree"] <= 1 and (age(e, *LYNCH) or 0) < 50]
    second = any(ill["site"] in LYNCH and ill["site"] != "crc" for ill in me["ill"])
    if 50 <= own < 60 and not (second or young or len(near) >= 2):
        return None, "histology open"
    met = own < 50 or second or bool(young) or len(near) >= 2
    return met, f"own {own}, {len(young)} young first degree, {len(near)} near"


def chompret(family: list[Someone]) -> Told:
    me = family[0]

    def tumours(each: Someone, pre: bool) -> list[tuple[bool, int]]:
        return [
            (ill["site"] == "breast", ill["age"])
            for ill in each["ill"]
            if ill["site"] in SPECTRUM or (ill["site"] == "breast" and (ill["age"] < 46 or pre))
        ]

    verdicts = set()
    for pre in (False, True):
        own = tumours(me, pre)
        several = len({ill["site"] for ill in me["ill"]} & (SPECTRUM | {"breast"})) > 1
        first = min((ill["age"] for ill in me["ill"]), default=999)
        alone = (
            (several and first < 46) or age(me, "adrenal") is not None or before(me, 31, "breast")
        )
        pairs = any(
            not (mine[0] and theirs[0])
            for mine in own
            if mine[1] < 46
            for each in family[1:]
            if each["degree"] <= 2
            for theirs in tumours(each, pre)
            if theirs[1] < 56 or len({ill["site"] for ill in each["ill"]}) > 1
        )
        verdicts.add(alone or pairs)
    words = "menopause open" if len(verdicts) > 1 else "by item" if True in verdicts else "no item"
    return (None if len(verdicts) > 1 else verdicts.pop()), words


def classic(family: list[Someone]) -> Told:
    me = family[0]
    own = age(me, *SARCOMA)
    if own is None or own >= 45:
        return False, "no own sarcoma before 45"
    near = [
        e
        for e in family[1:]
        if e["degree"] <= 2
        and e["ill"]
        and (min(ill["age"] for ill in e["ill"]) < 45 or age(e, *SARCOMA) is not None)
    ]
    first = [e for e in near if e["degree"] <= 1 and min(ill["age"] for ill in e["ill"]) < 45]
    return len(near) >= 2 and bool(first), f"{len(first)} first degree, {len(near)} near"


def hdgc(family: list[Someone]) -> Told:
    me = family[0]
    d = age(me, "diffuse")
    two = any(ill["both"] and ill["site"] == "lobular" and ill["age"] < 70 for ill in me["ill"])
    if (
        (d is not None and d < 50)
        or two
        or (d is not None and d < 70 and before(me, 70, "lobular"))
    ):
        return True, "patient alone"
    outcomes = set()
    for graph in graphs(family):
        met = False
        for one, other in itertools.combinations(family, 2):
            apart = steps(graph, node(one), node(other))
            if apart is None or apart > 2:
                continue
            for a, b in ((one, other), (other, one)):
                diffuse = age(a, "diffuse") is not None
                met = met or (diffuse and age(b, "diffuse", "gastric") is not None)
                met = met or (diffuse and before(b, 70, "lobular"))
                met = met or (before(a, 50, "lobular") and before(b, 50, "lobular"))
        outcomes.add(met)
    return (None, "links open") if len(outcomes) > 1 else (outcomes.pop(), "pairs near each other")


def melanoma(family: list[Someone]) -> Told:
    best = (False, "")
    for side in "mp":
        near = [e for e in family if e["degree"] <= 2 and on(e, side)]
        m = sum(age(e, "melanoma") is not None for e in near)
        total = m + sum(age(e, "pancreatic") is not None for e in near)
        best = max(best, (m >= 1 and total >= 3, f"{side}: {m} melanoma, {total} in all"))
    return best


def pancreatic(family: list[Someone]) -> Told:
    ill = [e for e in family if age(e, "pancreatic") is not None]
    if any(sum(on(e, side) for e in ill) >= 3 for side in "mp"):
        return True, "three on one side"
    mine = sum(e["kin"] != "P" and e["degree"] <= 1 for e in ill) >= 2
    outcomes = set()
    for graph in graphs(family):
        theirs = any(close(graph, node(a), node(b)) for a, b in itertools.combinations(ill, 2))
        outcomes.add(True if mine and theirs else None if mine or theirs else False)
    words = f"of the patient {mine}, of each other {outcomes}"
    return (outcomes.pop() if len(outcomes) == 1 else None), words


def near(sites: list[str], below: int) -> Callable[..., Told]:
    def judge(family: list[Someone]) -> Told:
        found = [
            e["kin"]
            for e in family
            if e["kin"] != "P"
            and e["degree"] <= 1
            and age(e, *sites) is not None
            and (age(e, *sites) or 0) < below
        ]
        return bool(found), ", ".join(found) or "nobody"

    return judge


def nice(family: list[Someone]) -> Told:
    kin = [e for e in family if e["kin"] != "P" and e["degree"] <= 2]
    why = []
    for e in kin:
        b = age(e, "breast")
        if b is not None and e["degree"] <= 1:
            why += ["1"] * (e["sex"] == "f" and b < 40) + ["2"] * (e["sex"] == "m")
            why += ["3"] * (b < 50 and any(ill["both"] for ill in e["ill"]))
    for side in "mp":
        here = [e for e in kin if on(e, side)]
        b = [e for e in here if age(e, "breast") is not None]
        why += ["4"] * (len(b) > 1 and any(e["degree"] <= 1 for e in b))
        why += ["5"] * any(
            age(o, "ovarian") is not None and o is not e and min(e["degree"], o["degree"]) <= 1
            for e in b
            for o in here
        )
        why += ["6"] * (len(b) >= 3)
    return bool(why), "items " + (",".join(sorted(set(why))) or "none")


def any_sex(family: list[Someone]) -> Told:
    kin = [e for e in family if e["kin"] != "P" and e["degree"] <= 2]
    why = []
    for e in kin:
        b, first = age(e, "breast"), e["degree"] <= 1
        if b is None:
            continue
        two = any(ill["both"] for ill in e["ill"])
        why += ["man"] * (e["sex"] == "m")
        why += ["one"] * (first and (age(e, "ovarian") is not None or b < 40 or (two and b < 60)))
    for side in "mp":
        here = [e for e in kin if on(e, side) and age(e, "breast", "ovarian") is not None]
        pair = [e for e in here if age(e, "ovarian") is not None or before(e, 60, "breast")]
        why += ["pair"] * (len(pair) > 1 and any(e["degree"] <= 1 for e in pair))
        through = ("PAUNT", "PGRMTH", "PGRFTH", "PUNCLE")
        near_one = any(e["degree"] <= 1 or e["kin"] in through for e in here)
        unsaid = any(e["kin"] in ("AUNT", "UNCLE", "GRMTH", "HSIS") and side == "p" for e in here)
        why += ["three"] * (len(here) > 2 and (near_one or unsaid))
    return bool(why), ", ".join(sorted(set(why))) or "none"


def three_questions(family: list[Someone]) -> Told:
    me = family[0]
    one = any(
        e["kin"] != "P" and e["degree"] <= 1 and (age(e, *LYNCH) or 0) < 50
        for e in family
        if age(e, *LYNCH) is not None
    )
    own = age(me, "crc")
    two = own is not None and own < 50
    three = sum(e["kin"] != "P" and age(e, "crc") is not None for e in family) >= 3
    return one or two or three, f"1 {one}, 2 {two}, 3 {three}"


def same_side(family: list[Someone]) -> Told:
    groups = [
        {"breast", "ovarian", "prostate", "pancreatic"},
        {"crc", "endometrial", "gastric", "ovarian", "small_bowel", "ureter", "biliary"},
    ]
    kin = [e for e in family if e["kin"] != "P" and e["degree"] <= 2 and e["ill"]]
    why = []
    for e in kin:
        if e["degree"] <= 1:
            why += ["several"] * (len({ill["site"] for ill in e["ill"]}) > 1)
            early = before(e, 45, "breast") or before(e, 50, "crc")
            why += ["early"] * early
    rare = [e for e in kin if age(e, *SARCOMA, "brain") is not None]
    why += ["rare"] * (len(rare) >= 2)
    sites = {ill["site"] for e in kin for ill in e["ill"]}
    for group in [*groups, *({site} for site in sites if not any(site in g for g in groups))]:
        for side in "mp":
            here = [e for e in kin if on(e, side) and age(e, *group) is not None]
            young = any((age(e, *group) or 0) < 50 for e in here)
            why += ["cluster"] * (len(here) >= (2 if young else 3))
    return bool(why), ", ".join(sorted(set(why))) or "none"


def prostate(family: list[Someone]) -> Told:
    me = family[0]
    if age(me, "prostate") is None:
        return False, "no own prostate cancer"
    ill = {"prostate", "breast", *LYNCH}
    near = [e for e in family[1:] if e["degree"] <= 2 and age(e, *ill) is not None]
    young = [e for e in near if e["degree"] <= 1 and before(e, 60, "prostate")]
    return bool(young) or len(near) >= 3, f"{len(young)} young first degree, {len(near)} near"


def renal(family: list[Someone]) -> Told:
    own = age(family[0], "kidney")
    if own is None:
        return False, "no own kidney cancer"
    near = [e for e in family[1:] if e["degree"] <= 2 and age(e, "kidney") is not None]
    return own < 47 or bool(near), f"own {own}, {len(near)} near"


CRITERIA: dict[str, tuple[Callable[[list[Someone]], Told], list[int], str]] = {
    "pat": (two_lines(pat, 8), [50], "x"),
    "fhat": (two_lines(fhat, 10), [20, 30, 40, 50, 61], "xb"),
    "manchester": (manchester, [30, 40, 50, 60], "xoi"),
    "fhs7": (fhs7, [50], "xb"),
    "rst": (rst, [51], "x"),
    "amsterdam2": (amsterdam, [50], ""),
    "bethesda": (bethesda, [50, 60], ""),
    "chompret-2015": (chompret, [31, 46, 56], ""),
    "lfs-classic": (classic, [45], ""),
    "hdgc-2020": (hdgc, [50, 70], "hb"),
    "melanoma-family": (melanoma, [], ""),
    "pancreatic-family": (pancreatic, [], ""),
    "fdr-sdr-ovarian": (near(["ovarian"], 999), [], ""),
    "fdr-crc-endo-u50": (near(LYNCH, 50), [50], ""),
    "nice-cg164-family": (nice, [40, 50], "xb"),
    "hboc-any-sex": (any_sex, [40, 60], "xb"),
    "crc-3q": (three_questions, [50], ""),
    "same-side-count": (same_side, [45, 50], ""),
    "prostate-family": (prostate, [60], ""),
    "renal-hereditary": (renal, [47], ""),
}


TOOLS = ("pat", "fhat", "manchester", "fhs7", "rst")


def judge(criterion: str, text: str) -> tuple[str, str]:
    """met, not_met or cannot_tell, and the derivation."""
    rule, cuts, wants = CRITERIA[criterion]
    told: dict[Any, str] = {}
    people = parse(text)
    for family in families(people, cuts, wants):
        verdict, words = rule(family)
        told.setdefault(verdict, words)
    adopted = criterion == "manchester" and "adopted" in people[0]["marks"]
    adopted = adopted and bool(people[0]["ill"])
    if criterion in TOOLS and len(people) == 1 and set(told) != {True} and not adopted:
        # With nobody on record there is no family history to run it on.
        told = {None: "nobody on record", **told}
    if len(told) == 1 and None not in told:
        verdict = next(iter(told))
        return ("met" if verdict else "not_met"), told[verdict]
    return "cannot_tell", " | ".join(dict.fromkeys(told.values()))


def read(path: Path) -> list[list[str]]:
    """id, family, expected, derivation of each line; `#` starts a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        [part.strip() for part in line.split(" => ")]
        for line in lines
        if line.strip() and not line.startswith("#")
    ]


def main() -> int:
    """Compare every line with the second opinion; `--write` puts verdict and derivation there."""
    wrong = 0
    for path in sorted(FOLDER.glob("*.txt")):
        out = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                out.append(line)
                continue
            family, *told = [part.strip() for part in line.split(" => ")]
            verdict, words = judge(path.stem, family)
            if told and told[0] != verdict:
                wrong += 1
                print(f"{path.name}: {family}: {told[0]}, here {verdict}: {words}")
            out.append(f"{family} => {verdict} => {words}")
        if "--write" in sys.argv:
            path.write_text("\n".join(out) + "\n", encoding="utf-8")
    print(f"{wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
