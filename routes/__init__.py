"""How people and systems reach the service: API, pages, webhooks, commands."""
