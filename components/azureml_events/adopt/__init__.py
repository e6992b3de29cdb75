"""What exists in Azure already, as a stack file that takes it over."""
