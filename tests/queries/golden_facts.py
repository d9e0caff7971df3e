"""The golden mini-graph as facts: members A, B, C; D outside; three direct sites and three behind them."""

from __future__ import annotations

import datetime as dt

from question_facts import Facts, Handed, Place, Relation

DAY = dt.date(2024, 1, 1)
S1, S2, S3 = "BD2024001S10009", "TR2024001S2000A", "IN2024001S3000W"
M1, M2, P1 = "BD2024001M10004", "IN2024001M2000P", "IN2024001P1000Q"

GOLDEN = Facts(
    companies={
        "company-a": ("Company A", "brand", "public"),
        "company-b": ("Company B", "brand", "public"),
        "company-c": ("Company C", "brand", "public"),
        "company-d": ("Company D", "brand", "public"),
        "golden-secretariat": ("Golden Secretariat", "initiative", "secretariat"),
    },
    places=(
        Place(S1, "Site S1", "BD", "assembly", 23.8, 90.4, "public", "1 Mill Road, Dhaka"),
        Place(S2, "Site S2", "TR", "assembly", 38.4, 27.1, address="2 Cloth Street, Izmir"),
        Place(S3, "Site S3", "IN", "assembly", 11.1, 77.3, address="3 Thread Lane, Tiruppur"),
        Place(M1, "Mill M1", "BD", "dyeing", 23.9, 90.3, address="4 Dye Yard, Gazipur"),
        Place(M2, "Mill M2", "IN", "weaving", 11.3, 77.6, address="5 Loom Road, Erode"),
        Place(P1, "Spinner P1", "IN", "spinning", 10.6, 77.0, address="6 Yarn Street, Pollachi"),
    ),
    lists=(
        Handed("company-a/2024-01-01", rows=(("2", S1), ("3", S3)), title="Company A 2024", file="company-a.csv"),
        Handed("company-b/2024-01-01", rows=(("2", S1), ("3", S2)), title="Company B 2024", file="company-b.csv"),
        Handed("company-c/2024-01-01", rows=(("2", S2),), title="Company C 2024", file="company-c.csv"),
        Handed("company-d/2024-01-01", "public", rows=(("2", S1),), title="Company D 2024", file="company-d.csv"),
        Handed(
            "golden-secretariat/2024-01-01",
            title="Supply relations 2024",
            file="relations.csv",
            relations=(
                Relation("2", S1, company="company-a", product="shirts", share="5-10"),
                Relation("3", S1, company="company-b", product="shirts", share="10-25"),
                Relation("4", M1, site=S1, product="dyed fabric"),
                Relation("5", M1, site=S2, product="dyed fabric"),
                Relation("6", M2, site=S3, product="woven fabric"),
                Relation("7", P1, site=M1, product="yarn", confidence="likely"),
                Relation("8", P1, site=M2, product="yarn"),
            ),
        ),
    ),
    covenants={"golden-covenant": "Golden Covenant"},
    members=tuple(("golden-covenant", f"company-{letter}", DAY, None) for letter in "abc"),
)
