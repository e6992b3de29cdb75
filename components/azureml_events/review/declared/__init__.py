"""The program that declares a stack file and nothing else."""
