"""What customers complain about most, week by week."""
