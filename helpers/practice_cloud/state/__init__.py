"""What is on a practice cloud: how its databases are made, filled, checked and put back."""
