// Package mail hands messages to a mail server.
package mail

import (
	"context"
	"fmt"
	"net/url"
)

// Message is one mail to one person, in text and HTML.
type Message struct {
	ID      string // becomes the Message-ID, so that a mail sent twice can be recognised
	From    string // "Pasar <shop@example.com>"
	To      string
	Subject string
	Text    string
	HTML    string            // optional
	Headers map[string]string // more headers, such as List-Unsubscribe; those above are not among them
}

// Sender sends mails. An error means that the server did not take the mail;
// it may be tried again.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Open returns the sender that a URL names: smtp://user:password@host:587
// (STARTTLS) or smtps://user:password@host:465 (TLS from the start).
func Open(rawURL string) (Sender, error) {
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("mail: the URL is malformed; write smtp://user:password@host:587")
	}
	switch u.Scheme {
	case "smtp", "smtps":
		return newSMTP(u)
	}
	return nil, fmt.Errorf("mail: no engine for scheme %q; write smtp://user:password@host:587 or smtps://", u.Scheme)
}
