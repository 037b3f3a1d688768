"""How each telephone system tells of a call, and proves that it is the one who does."""
