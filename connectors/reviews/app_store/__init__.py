"""Apple's App Store, by the API of App Store Connect."""
