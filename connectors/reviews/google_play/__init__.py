"""Google Play, by the Android Publisher API."""
