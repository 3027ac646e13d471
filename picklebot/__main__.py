"""``python -m picklebot``: the same as the console script ``picklebot``."""

from picklebot.cli.main import main

if __name__ == "__main__":
    main()
