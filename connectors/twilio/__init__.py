"""Numbers at Twilio: SMS and WhatsApp by webhook, answers by its REST API, what a webhook lost from its list."""
