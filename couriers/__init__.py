"""Who carries: carrier adapters, couriers' devices, hand-off jobs."""
