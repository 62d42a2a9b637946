"""The state of a practice cloud: how its databases are built, filled, checked and restored."""
