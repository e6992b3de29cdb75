"""Stack files: read by the Pulumi CLI's rules, checked, every mistake with its line and column."""
