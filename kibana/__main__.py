"""Kibana: `python -m kibana` writes the files that come with the product anew (`make kibana`)."""

from kibana.build import as_ndjson, build, file_of
from kibana.flavour import FLAVOURS

if __name__ == "__main__":
    for flavour in FLAVOURS:
        file_of(flavour).write_bytes(as_ndjson(build(flavour)))
