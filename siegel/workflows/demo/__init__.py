"""A plausible account with two years behind it, made through the real actions only."""

from siegel.workflows.demo.load import LOGINS, PASSWORD, Login, load_demo

__all__ = ["LOGINS", "PASSWORD", "Login", "load_demo"]
