"""Units, agencies, one-stop sections, service points, links, procedures and calendars."""
