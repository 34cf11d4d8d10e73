"""`python -m routes.commands`, which is what `bin/bridge` runs."""

from routes.commands.entry import main

if __name__ == "__main__":
    main()
