"""Event Grid's and Azure Machine Learning's facts as tables: event types, operators, filters, intents, options."""
