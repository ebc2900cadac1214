"""What a quantity costs: price documents, the rate table each becomes, and rating by one kernel."""

from billcore.pricing.documents import Flat, Graduated, Overage, PerUnit, Price, Tier, Volume
from billcore.pricing.listed import Listed, PriceOrigin
from billcore.pricing.lowering import lower
from billcore.pricing.rate_table import RateTable, Segment
from billcore.pricing.rated import Rated, RatedPart
from billcore.pricing.rating import rate
