"""What a half-year tells of the works money: sources, packages, flows and levies, in totals only."""
