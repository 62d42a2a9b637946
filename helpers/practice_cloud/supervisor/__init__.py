"""Running the practice cloud: from any process, and in the one that keeps it up."""
