"""VK communities: messages and comments by the Callback API or Long Poll, answers by the API."""
