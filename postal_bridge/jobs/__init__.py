"""Later work: the relay, the reaper, the schedule, the queue and the supervisor of processes."""
