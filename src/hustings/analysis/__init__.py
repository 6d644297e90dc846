"""What can be said of outcomes: measures, comparisons, claims."""
