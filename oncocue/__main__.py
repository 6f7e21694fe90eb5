"""`python -m oncocue`: the same as the command `oncocue`."""

from oncocue.command_line import main

if __name__ == "__main__":
    main()
