"""Mail that a sending service receives for us and posts: Mailgun, SendGrid, Postmark, Amazon SES."""
