"""The machinery: how anything declared is read and refused. Knows no Azure service."""
