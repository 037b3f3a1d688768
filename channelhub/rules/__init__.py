"""Pure decisions: who wrote, which incident, what is an outage. No clock, no network, no database."""
