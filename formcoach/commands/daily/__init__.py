"""From day to day: the set-up, what to do today, reminders. Input and output around `programme`."""
