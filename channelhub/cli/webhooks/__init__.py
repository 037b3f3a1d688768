"""`channelhub webhooks`: what other systems are posted, and tools for those who receive it."""
