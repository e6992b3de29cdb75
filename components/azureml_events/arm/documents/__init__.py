"""Readers of other tools' JSON documents: Azure CLI output, ARM templates, Pulumi's states and previews."""
