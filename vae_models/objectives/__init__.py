"""Loss functions of the report: objective, total correlation and evidence lower bound."""
