"""What an analyst asks of resolution and answers it: explain and review."""
