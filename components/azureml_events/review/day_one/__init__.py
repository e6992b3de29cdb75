"""What must be there before the first `pulumi up`, worked out from what is declared."""
