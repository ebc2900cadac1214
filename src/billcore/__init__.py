"""From one contract, by pure functions, to the cent, with the reason for every cent."""
