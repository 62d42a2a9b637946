"""Where a practice cloud is kept, and what its services are told."""
