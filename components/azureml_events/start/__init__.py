"""How a repository begins: its files, and what must be there before the first deployment."""
