"""Messages to a Facebook page or an Instagram account: one platform, two kinds of accounts."""
