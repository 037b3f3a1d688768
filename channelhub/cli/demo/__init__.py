"""`channelhub demo`: a shop's morning, made up, played into a running daemon through its public doors only."""
