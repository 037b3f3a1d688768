"""Telling people of events: which are for whom, and the stage that writes what is to be told."""
