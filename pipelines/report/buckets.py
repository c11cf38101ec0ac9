"""The eight buckets in the order and the words in which the report shows them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bucket:
    """One bucket: its key in the tables, its name and its meaning for a reader."""

    key: str
    label: str
    meaning: str
    is_traced: bool = False

    @property
    def column(self) -> str:
        """Its column in rpt_traced_share."""
        return f"{self.key}_days"


OUTCOME = Bucket("outcome", "Outcomes", "leads to a goal of the strategy", True)
ENABLING = Bucket("enabling", "Enabling", "leads there through another team's result", True)
PURPOSE = Bucket("purpose", "Purpose", "keeps what the organisation is there for", True)
UNANCHORED = Bucket("unanchored", "Unanchored", "linked, but nothing says what it changes")
RETIRED = Bucket("retired", "Retired", "linked to something ended, or not yet begun")
UNKNOWN_ID = Bucket("unknown_id", "Unknown identifier", "names an identifier that does not exist")
UNTRACED = Bucket("untraced", "Untraced", "no identifier and no mapping")
UNOBSERVED = Bucket("unobserved", "Unobserved", "capacity without evidence of any item")

SEEN = (OUTCOME, ENABLING, PURPOSE, UNANCHORED, RETIRED, UNKNOWN_ID, UNTRACED)
OFF_COURSE = (UNANCHORED, RETIRED, UNKNOWN_ID, UNTRACED)
