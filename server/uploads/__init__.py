"""Uploads of visitors and results of endpoints: kept in one folder, for minutes."""
