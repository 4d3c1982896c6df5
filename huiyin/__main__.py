"""`python -m huiyin` is `huiyin`."""

import sys

from huiyin.cli import main

if __name__ == "__main__":  # a round forked by `huiyin run` imports us again
    sys.exit(main())
