package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

const (
	sendTimeout = 30 * time.Second
	stages      = 3 // dialling, greeting and sending each have go-mail's whole time-out
)

// smtpSender sends each mail over a connection of its own: mails are rare, and
// a connection that is not kept cannot go stale.
type smtpSender struct {
	host     string
	tlsFirst bool
	options  []gomail.Option
}

func newSMTP(u *url.URL) (*smtpSender, error) {
	if u.Hostname() == "" {
		return nil, errors.New("mail: the URL names no host; write smtp://user:password@host:587")
	}
	port := 587
	options := []gomail.Option{gomail.WithTLSPolicy(gomail.TLSMandatory)}
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
	return &smtpSender{host: u.Hostname(), tlsFirst: u.Scheme == "smtps", options: options}, nil
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
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	deadline, _ := ctx.Deadline()
	options := append(slices.Clone(s.options), gomail.WithTimeout(time.Until(deadline)/stages))
	if !s.tlsFirst {
		options = append(options, gomail.WithDialContextFunc(dialFor(ctx)))
	}
	client, err := gomail.NewClient(s.host, options...)
	if err != nil {
		return fmt.Errorf("mail: set up the client for %s: %w", s.host, err)
	}
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return fmt.Errorf("mail: %s did not take %s: %w", s.host, m.ID, errors.Join(err, ctx.Err()))
	}
	return nil
}

// dialFor returns a dialer whose connection ends with ctx: go-mail heeds ctx
// while it dials and only its own time-outs afterwards.
func dialFor(ctx context.Context) gomail.DialContextFunc {
	return func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(dialing, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(ctx, func() { _ = conn.Close() }) // fails only when it is closed already
		return conn, nil
	}
}

// compose builds the MIME message.
func compose(m Message) (*gomail.Msg, error) {
	if err := checkHeaders(m); err != nil {
		return nil, err
	}
	letter := gomail.NewMsg()
	if err := letter.From(m.From); err != nil {
		return nil, fmt.Errorf("mail: sender of %q: %w", m.ID, err)
	}
	if err := letter.To(m.To); err != nil {
		return nil, fmt.Errorf("mail: recipient of %q: %w", m.ID, err)
	}
	letter.Subject(m.Subject)
	letter.SetDate()
	letter.SetMessageIDWithValue(m.ID + "@pasar")
	for name, value := range m.Headers {
		letter.SetGenHeader(gomail.Header(name), value)
	}
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	return letter, nil
}

// ours are headers that only compose sets.
var ours = []string{"From", "To", "Cc", "Bcc", "Sender", "Reply-To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Content-Transfer-Encoding"}

// checkHeaders refuses line breaks, which would let the author of a name or a
// subject add headers and recipients.
func checkHeaders(m Message) error {
	values := []string{m.ID, m.From, m.To, m.Subject}
	for name, value := range m.Headers {
		if name == "" || strings.ContainsFunc(name, notInName) || slices.Contains(ours, textproto.CanonicalMIMEHeaderKey(name)) {
			return fmt.Errorf("mail: %q of %q is no header to add", name, m.ID)
		}
		values = append(values, value)
	}
	for _, value := range values {
		if strings.ContainsFunc(value, unicode.IsControl) {
			return fmt.Errorf("mail: a header of %q holds a line break or another control character", m.ID)
		}
	}
	return nil
}

func notInName(r rune) bool {
	return r != '-' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}
