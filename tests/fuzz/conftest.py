"""The same examples in every run of the suite; `python -m tests.fuzz` draws new ones."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    max_examples=125,
    derandomize=True,
    database=None,
    deadline=None,  # `law.limits` ends an example that hangs
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("suite")
