"""Words for the demo: places that exist, and parts of names from which firms are made that do not.

Cities, regions and postal areas are real so that maps and country checks have something to hold; every name of a firm
is put together from parts. A likeness to a real firm is chance.
"""

from __future__ import annotations

from dataclasses import dataclass

COVENANT = "Convenant Duurzaam Textiel (fictief)"
SECRETARIAT = "Secretariaat Duurzaam Textiel (fictief)"
REGISTER = "Fictief fabrieksregister"
OUTSIDER = "Larkmoor & Wren"

MEMBERS = (
    "Duinroos Kleding",
    "Polderblauw Jeans",
    "Ooievaar Kids",
    "Zilvermeeuw Sport",
    "Hof van Linnen",
    "Veertig Steken",
    "Brughuis Mode",
    "Sloep & Zeil",
    "Vlasbloem Wonen",
    "Kanaal Dertien",
    "Wolkenjas",
    "Stadsfiets Werkkleding",
)


@dataclass(frozen=True, slots=True)
class Country:
    """What the demo needs to know of one country.

    ``spellings`` begins with the English and the Dutch name; the rest are other ways in which lists write it.
    ``cities`` holds city, postal code, latitude, longitude. ``legal_forms`` are ways to write one and the same form.
    """

    code: str
    spellings: tuple[str, ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    legal_forms: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str, float, float], ...]


_INDIAN_LEGAL = ("Pvt. Ltd.", "Private Limited", "Pvt Ltd", "(P) Ltd.")

COUNTRIES = {
    country.code: country
    for country in (
        Country(
            "BD",
            ("Bangladesh", "Bangladesh", "BANGLADESH", "BD"),
            ("Shona", "Megh", "Nodi", "Jol", "Surjo", "Kash", "Shimul", "Dhan"),
            ("kuri", "bondhon", "pata", "tori", "mukhi", "prova", "shiri"),
            ("Ltd.", "Limited", "LTD", "Ltd"),
            ("Kornopara Road", "Dighirpar Industrial Area", "Bou Bazar Road", "Mirzanagar Bypass Road", "Chandra Lane"),
            (
                ("Gazipur", "1704", 23.9999, 90.4203),
                ("Savar", "1340", 23.8583, 90.2667),
                ("Narayanganj", "1400", 23.6238, 90.5000),
                ("Chattogram", "4210", 22.3569, 91.7832),
            ),
        ),
        Country(
            "IN",
            ("India", "India", "INDIA", "IN"),
            ("Vana", "Neela", "Surya", "Kaveri", "Malli", "Tara", "Agni"),
            ("lekha", "dhara", "vastra", "nool", "priya", "mani", "shakti"),
            _INDIAN_LEGAL,
            ("Perundurai Road", "SIDCO Industrial Estate", "Avinashi Main Road", "Mill Street", "Phase II, Sector 18"),
            (
                ("Tiruppur", "641604", 11.1085, 77.3411),
                ("Bengaluru", "560058", 12.9716, 77.5946),
                ("Gurugram", "122015", 28.4595, 77.0266),
                ("Ahmedabad", "382405", 23.0225, 72.5714),
            ),
        ),
        Country(
            "TR",
            ("Türkiye", "Turkije", "Turkey", "TR"),
            ("Ak", "Gün", "Deniz", "Çınar", "Yıldız", "Öz", "Kuzey"),
            ("örgü", "iplik", "koza", "kumaş", "dokum", "desen"),
            ("San. ve Tic. A.Ş.", "Sanayi ve Ticaret A.Ş.", "SAN. VE TIC. A.S.", "San. Tic. A.Ş."),
            ("Organize Sanayi Bölgesi 4. Cadde", "Atatürk Caddesi", "Merkez Mahallesi, Bahçe Sokak", "Liman Yolu"),
            (
                ("İstanbul", "34524", 41.0082, 28.9784),
                ("Denizli", "20065", 37.7765, 29.0864),
                ("İzmir", "35620", 38.4237, 27.1428),
                ("Bursa", "16140", 40.1885, 29.0610),
            ),
        ),
        Country(
            "CN",
            ("China", "China", "China Mainland", "CN"),
            ("Huaxin", "Jinlan", "Yunhe", "Mingtai", "Qingshan", "Baoliu"),
            ("zhen", "xiu", "fang", "yuan", "lin"),
            ("Co., Ltd.", "Co Ltd", "CO., LTD", "Company Limited"),
            ("Jinshan Industrial Zone", "Hongqi Road", "Lianhe Village, Xinan Town", "Binjiang West Road"),
            (
                ("Dongguan", "523000", 23.0207, 113.7518),
                ("Ningbo", "315000", 29.8683, 121.5440),
                ("Shaoxing", "312000", 30.0300, 120.5853),
                ("Quanzhou", "362000", 24.8741, 118.6757),
            ),
        ),
        Country(
            "PK",
            ("Pakistan", "Pakistan", "PAKISTAN", "PK"),
            ("Noor", "Sitara", "Gul", "Chenab", "Zar", "Mehr"),
            ("baft", "rang", "resham", "tana", "posh"),
            _INDIAN_LEGAL,
            ("Sheikhupura Road", "SITE Area", "Jaranwala Road", "Korangi Sector 24"),
            (
                ("Karachi", "74900", 24.8607, 67.0011),
                ("Faisalabad", "38000", 31.4504, 73.1350),
                ("Lahore", "54000", 31.5204, 74.3587),
            ),
        ),
        Country(
            "VN",
            ("Viet Nam", "Vietnam", "Vietnam", "VN"),
            ("Tân", "Hòa", "Minh", "Phú", "Bình"),
            (" Lụa", " Sợi", " Kim", " Thêu"),
            ("Co., Ltd", "Company Limited", "CO., LTD.", "Co Ltd"),
            ("Đường số 7, KCN Sóng Lam", "Quốc lộ 13", "KCN Đồng Mây"),
            (("Thủ Dầu Một", "75000", 10.9804, 106.6519), ("Biên Hòa", "76000", 10.9574, 106.8427)),
        ),
        Country(
            "PT",
            ("Portugal", "Portugal", "PORTUGAL", "PT"),
            ("Serra", "Linha", "Ponte", "Moinho"),
            ("fio", "têxtil", "malha", "ponto"),
            ("Lda.", "LDA", "Lda", "Limitada"),
            ("Rua da Fonte Nova", "Zona Industrial de Vale Claro", "Avenida São Gonçalo"),
            (("Guimarães", "4810-225", 41.4425, -8.2918), ("Barcelos", "4750-245", 41.5388, -8.6151)),
        ),
        Country(
            "NA",
            ("Namibia", "Namibië", "NAMIBIA", "NA"),
            ("Omuti", "Auas", "Kalk"),
            ("veld", "rand", "koppe"),
            ("(Pty) Ltd", "Pty Ltd", "(PTY) LTD."),
            ("Farm Road D1268", "Farm Road C14"),
            (("Mariental", "12001", -24.6333, 17.9667), ("Keetmanshoop", "12005", -26.5833, 18.1333)),
        ),
    )
}

PROCESSES: dict[int, tuple[tuple[str, str], ...]] = {
    1: (
        ("Sewing", "Apparels"),
        ("Cut-Make-Trim", "Garments"),
        ("Knitwear Assembly", "Knitwear"),
        ("Ready Made Garment", "Fashions"),
        ("Embroidery", "Embroidery"),
    ),
    2: (
        ("Weaving", "Weaving Mills"),
        ("Textile Dyeing", "Dyeing"),
        ("Textile Printing", "Prints"),
        ("Knitting", "Knit Fabrics"),
        ("Garment Accessories manufacturing", "Trims"),
    ),
    3: (("Yarn spinning", "Spinning Mills"), ("Ginning", "Ginning Factory"), ("Tanning", "Tannery")),
    4: (("Cotton Growing", "Cotton Growers"),),
}
"""Per tier: the process, in the words of the public taxonomy, and what firms that do it call themselves."""

SITES_PER_COUNTRY: dict[int, dict[str, int]] = {
    1: {"BD": 48, "IN": 32, "TR": 28, "CN": 26, "PK": 16, "VN": 12, "PT": 10},
    2: {"BD": 22, "IN": 28, "TR": 18, "CN": 24, "PK": 14, "PT": 6},
    3: {"IN": 26, "PK": 14, "TR": 12, "CN": 14, "BD": 6},
    4: {"IN": 20, "PK": 10, "TR": 8, "CN": 6},
}
"""Per tier: how many sites each country has. Namibia has the sheep farms of ``SHEEP_FARMS`` besides."""

SHEEP_FARMS = 4
