"""What a quantity costs: price documents, the rate table each becomes, and rating by one kernel."""

from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Price, Tier, Volume
from billcore.pricing.listed import Listed, PriceOrigin
from billcore.pricing.lowering import lower
from billcore.pricing.price_book import PriceBook, check_price_book
from billcore.pricing.price_comparison import compare_books
from billcore.pricing.price_entries import PriceEntry
from billcore.pricing.price_questions import PassedOver, PriceFound, PriceQuestion, price_on
from billcore.pricing.price_stretches import PriceHistory, PriceStretch, price_history
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.rated import Rated, RatedPart
from billcore.pricing.rating import rate
