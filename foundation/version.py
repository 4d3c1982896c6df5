"""Ground floor: the product's version, as installed."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("huiyin")
except PackageNotFoundError:  # run from a folder that was never installed
    VERSION = "0"
