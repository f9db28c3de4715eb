package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const sendTimeout = 20 * time.Second

// smtpSender sends each mail over a connection of its own: mails are rare, and
// a connection that is not kept cannot go stale.
type smtpSender struct {
	host    string
	options []gomail.Option
}

func newSMTP(u *url.URL) (*smtpSender, error) {
	if u.Hostname() == "" {
		return nil, errors.New("mail: the URL names no host; write smtp://user:password@host:587")
	}
	port := 587
	options := []gomail.Option{gomail.WithTimeout(sendTimeout), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	if u.Scheme == "smtps" {
		port = 465
		options = append(options, gomail.WithSSL())
	} else if loopback(u.Hostname()) {
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic)) // nothing leaves this machine
	}
	if text := u.Port(); text != "" {
		number, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("mail: %q is not a port", text)
		}
		port = number
	}
	options = append(options, gomail.WithPort(port))
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options,
			gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return &smtpSender{host: u.Hostname(), options: options}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send delivers m or says why not.
func (s *smtpSender) Send(ctx context.Context, m Message) error {
	letter, err := compose(m)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return fmt.Errorf("mail: set up the client for %s: %w", s.host, err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return fmt.Errorf("mail: %s did not take %s: %w", s.host, m.ID, err)
	}
	return nil
}

// compose builds the MIME message. Line breaks in a header would let its
// author add headers of their own.
func compose(m Message) (*gomail.Msg, error) {
	for _, header := range []string{m.ID, m.From, m.To, m.Subject} {
		if strings.ContainsAny(header, "\r\n") {
			return nil, fmt.Errorf("mail: a header of %q holds a line break", m.ID)
		}
	}
	letter := gomail.NewMsg()
	if err := letter.From(m.From); err != nil {
		return nil, fmt.Errorf("mail: sender: %w", err)
	}
	if err := letter.To(m.To); err != nil {
		return nil, fmt.Errorf("mail: recipient: %w", err)
	}
	letter.Subject(m.Subject)
	letter.SetDate()
	letter.SetMessageIDWithValue(m.ID + "@pasar")
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	letter.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return letter, nil
}
