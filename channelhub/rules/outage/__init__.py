"""How a mass outage is noticed: features, votes, usual rates, bursts, profiles, life cycle."""
