"""channelhub: every customer message of every channel on one timeline, and mass outages noticed."""
