"""The connector `whatsapp`: the business's number at the WhatsApp Cloud API."""
