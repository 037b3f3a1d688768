"""Help desks that a company moves over from, or runs beside: their conversations, live and from their past."""
