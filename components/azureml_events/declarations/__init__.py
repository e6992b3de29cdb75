"""What is to be: plain, frozen, validated, without Pulumi."""
