"""The words of the raw files: their columns, and the values that the columns take."""

from __future__ import annotations

from enum import IntEnum

EVENT_COLUMNS = (
    *("event_id", "timestamp", "customer_id", "session_id", "event_type", "product_id"),
    *("device_type", "traffic_source", "campaign_id", "page_category", "session_duration_sec"),
    *("experiment_group", "anonymous_id", "order_id", "quantity", "loaded_at"),
)
CUSTOMER_COLUMNS = (
    *("customer_id", "gender", "age", "salary", "country", "state", "city", "signed_up_at"),
)
PRODUCT_COLUMNS = ("product_id", "product_name", "category", "brand", "unit_price", "unit_cost")


class Step(IntEnum):
    """What a row of events is, in the order in which the steps of one product happen."""

    PAGE = 0
    SEARCH = 1
    VIEW = 2
    CLICK = 3
    ADD_TO_CART = 4
    REMOVE_FROM_CART = 5
    CHECKOUT = 6
    PURCHASE = 7
    REFUND = 8


STEP_EVENT_TYPES = (
    *("view", "search", "view", "click", "add_to_cart", "remove_from_cart"),
    *("checkout", "purchase", "refund"),
)
EVENT_TYPES = tuple(dict.fromkeys(STEP_EVENT_TYPES))
PAGES = ("home", "category", "search", "product")
HOME, CATEGORY, SEARCH, PRODUCT = range(4)
DEVICE_TYPES = {"mobile": 0.60, "desktop": 0.33, "tablet": 0.07}
GENDERS = {"female": 0.52, "male": 0.46, "other": 0.02}

# Channel: weight on the first visit of a new customer, weight on any other visit, campaigns.
CHANNELS: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "organic": (0.34, 0.26, ()),
    "paid_search": (0.27, 0.12, ("ps_brand", "ps_generic", "ps_shopping", "ps_retarget")),
    "email": (0.02, 0.22, ("em_weekly", "em_cart", "em_winback")),
    "social": (0.20, 0.08, ("so_video", "so_creator", "so_retarget")),
    "direct": (0.09, 0.27, ()),
    "referral": (0.08, 0.05, ()),
}
CAMPAIGNS = tuple(name for _, _, names in CHANNELS.values() for name in names)

# Country, state, city: share of persons.
PLACES: dict[tuple[str, str, str], float] = {
    ("Germany", "Berlin", "Berlin"): 0.10,
    ("Germany", "Bavaria", "Munich"): 0.08,
    ("Germany", "Hamburg", "Hamburg"): 0.06,
    ("Germany", "Saxony", "Leipzig"): 0.04,
    ("France", "Ile-de-France", "Paris"): 0.11,
    ("France", "Auvergne-Rhone-Alpes", "Lyon"): 0.05,
    ("France", "Occitanie", "Toulouse"): 0.03,
    ("Netherlands", "North Holland", "Amsterdam"): 0.07,
    ("Netherlands", "South Holland", "Rotterdam"): 0.05,
    ("Spain", "Madrid", "Madrid"): 0.08,
    ("Spain", "Catalonia", "Barcelona"): 0.06,
    ("Italy", "Lombardy", "Milan"): 0.07,
    ("Italy", "Lazio", "Rome"): 0.05,
    ("Poland", "Masovia", "Warsaw"): 0.06,
    ("Poland", "Lesser Poland", "Krakow"): 0.03,
    ("Austria", "Vienna", "Vienna"): 0.06,
}

# Category: median price, gross margin, nouns.
CATEGORIES: dict[str, tuple[float, float, tuple[str, ...]]] = {
    "electronics": (120.0, 0.22, ("Headphones", "Speaker", "Tablet", "Camera", "Monitor")),
    "appliances": (90.0, 0.28, ("Kettle", "Blender", "Toaster", "Vacuum", "Coffee Maker")),
    "furniture": (110.0, 0.42, ("Chair", "Desk", "Shelf", "Lamp", "Stool")),
    "apparel": (34.0, 0.52, ("Shirt", "Jacket", "Jeans", "Sweater", "Dress")),
    "shoes": (58.0, 0.48, ("Sneaker", "Boot", "Sandal", "Loafer", "Trainer")),
    "sports": (42.0, 0.40, ("Yoga Mat", "Racket", "Backpack", "Dumbbell", "Helmet")),
    "garden": (26.0, 0.38, ("Planter", "Hose", "Rake", "Lantern", "Grill Brush")),
    "toys": (21.0, 0.45, ("Puzzle", "Board Game", "Blocks", "Kite", "Plush Bear")),
    "beauty": (13.0, 0.60, ("Cream", "Serum", "Shampoo", "Perfume", "Lipstick")),
    "books": (11.0, 0.35, ("Novel", "Cookbook", "Atlas", "Notebook", "Comic")),
}
BRANDS = (
    *("Aldera", "Borvik", "Calento", "Dunmore", "Elvane", "Fjordal", "Gantry", "Halcyon"),
    *("Ingra", "Juniper", "Kestrel", "Lumera", "Marlow", "Nordhaus", "Orlena", "Pinegrove"),
    *("Quillon", "Rivetta", "Solano", "Tavira", "Umbria", "Velto", "Westbury", "Zephyra"),
)
