"""Measurements of speed and memory: `python -m benchmarks.NAME`."""

from vae_models import environment

# before a benchmark imports a library that reports its use; the page that is measured is on this machine
environment.disable_telemetry()
environment.bypass_proxies(*environment.LOOPBACK)
