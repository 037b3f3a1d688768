"""Every number that outage detection decides by, with the value it ships with."""

from dataclasses import dataclass, replace
from typing import Final

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRules:
    """Scores are -log10 of a chance probability: 5.5 is one in 300,000. Times carry their unit in the name."""

    theta: float = 6.8  # an outage opens at this score …
    k: int = 3  # … with at least this many distinct customers
    k_longest: int = 6  # the same for the longest window, where chance has had more time
    longest_penalty: float = 2.0
    scant_penalty: float = 0.75  # for each customer fewer than `enough`, and for the longest window
    enough: int = 5  # customers, who pay nothing
    theta_cold: float = 8.0  # both, until `cold_days` of history with `cold_messages` are known
    k_cold: int = 8
    cold_days: float = 2.0
    cold_messages: int = 100
    early_newest: int = 40  # without `cold_messages` of history, all but the newest so many votes are taken for it
    early_unseen_of: float = 50.0  # and a word that nobody used is one message of so many
    windows_min: tuple[int, ...] = (20, 60, 180, 720)  # ascending; the last is how long a vote lives
    origin_cap: int = 3  # unverified votes of one origin that count in a window; towards k, the largest origin is one
    template_hours: float = 24.0  # identical templates vote once within this time
    seed_score: float = 2.6  # a term or pair this unusual is grown to a profile
    seeds_grown: int = 3  # the most promising ones of a vote
    warm_terms: int = 4  # pairs are formed of as many
    grown_penalty: float = 1.4  # for having chosen the profile after seeing the burst
    dispersion: float = 2.5  # shape of the negative binomial: support traffic clumps more than Poisson
    problem_floor: float = -4.0
    problem_ceiling: float = 1.5
    problem_expected: float = 0.6  # share of outage reports that name a problem in so many words
    usual_words: int = 12  # texts longer than this pay for the words they bring
    long_text_penalty: float = 3.4
    usual_traffic: int = 100  # votes in the window; where there are more, more words have the chance to coincide:
    traffic_penalty: float = 1.0  # … so each tenfold costs this, and each tenth part gives it back
    merge_overlap: float = 0.3  # share of a seed's reports that are already in a live outage
    rest_share: float = 0.002  # of live outages' reports, share one unusual word but none of those that are known
    merge_cosine: float = 0.4
    background_share: float = 0.055  # of an outage's members that may be expected to be unrelated
    latest_fits: int = 5  # of so many messages with its words that came last …
    latest_background: float = 0.05  # … this share may be expected without it, by how heavy the new one is
    relearn_from: int = 6  # customers; an outage's words are learnt anew from its members …
    relearn_growth: float = 1.25  # … when it has so many times the customers of the last time
    nameless_share: float = 0.1  # of an outage's reports, so many name nothing; one joins while these are …
    nameless_odds: float = 2.0  # … so many times as many as usual traffic brings
    hold_hours: float = 2.0  # an outage takes in more while, within this time, its reports are …
    live_factor: float = 1.0  # … more than this many times what unrelated messages with such words would be
    emerging_customers: int = 3  # a burst of so many customers, and …
    emerging_share: float = 0.6  # … so much of the score that is needed, is shown to who asks …
    emerging_minutes: float = 60.0  # … while it is reported within this time
    again_customers: int = 3  # so many report it again after the fix, or at least …
    again_share: float = 0.1  # … such a share of those before, but …
    again_most: int = 30  # … never more than these are needed: it goes on
    again_grace_min: float = 10.0  # what comes in this time after the fix was written of what is over
    quiet_hours: float = 24.0  # without a report for so long, an outage is over
    lasting_days: float = 3.0  # what an outage still brings after so long counts as usual traffic
    dismissed_hours: float = 72.0  # a dismissed profile does not come up again within this time …
    dismissed_growth: float = 3.0  # … unless so many times the customers report it; 0: not even then
    attraction_days: float = 90.0  # for so long, profiles that a person merged draw bursts like them together
    spelling_hours: float = 24.0  # so often the common words are looked up, with which rare ones are compared:
    common_messages: int = 15  # a word is common with so many messages …
    common_share: float = 0.0007  # … and such a share of all
    most_common: int = 4096  # words, the commonest
    rare_messages: int = 3  # a word is rare with so many messages …
    rare_share: float = 0.00015  # … or such a share of all, and a slip …
    slip_odds: float = 20.0  # … of one that is so many times as frequent
    half_life_days: float = 7.0  # of the usual rates
    reservoir_size: int = 20_000  # past messages kept for pairs and profiles
    reservoir_days: float = 14.0  # the time they are spread over
    most_votes: int = 1_000_000  # alive at once; of more, the oldest become history early and every window is shorter
    most_templates: int = 500_000  # remembered at once; of more, the ones not seen for longest are forgotten
    most_terms: int = 500_000  # with a usual share; of more, the rarest are forgotten and count as unseen
    max_backfill_days: float = 60.0  # older imports no longer move the usual rates

    @property
    def windows_us(self) -> tuple[int, ...]:
        return tuple(minutes * MINUTE_US for minutes in self.windows_min)

    @property
    def lifetime_us(self) -> int:
        return self.windows_min[-1] * MINUTE_US


def rules_for(*, threshold: float, min_customers: int) -> OutageRules:
    """The shipped rules with another score and number of customers to open at.

    What else is asked of the longest window and of a hub without history moves along.
    """
    shipped = OutageRules()
    higher, more = threshold - shipped.theta, min_customers - shipped.k
    return replace(
        shipped,
        theta=threshold,
        k=min_customers,
        k_longest=shipped.k_longest + more,
        theta_cold=shipped.theta_cold + higher,
        k_cold=shipped.k_cold + more,
    )
