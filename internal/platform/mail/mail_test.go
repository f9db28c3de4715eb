package mail_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
	"unicode"

	"pasar/internal/platform/mail"
)

// server is a mail server that takes one mail and shows what it got.
func server(t *testing.T, refuse bool) (address string, received <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	letters := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		talk(conn, refuse, letters)
	}()
	return listener.Addr().String(), letters
}

func talk(conn net.Conn, refuse bool, letters chan<- string) {
	say := func(line string) { _, _ = fmt.Fprint(conn, line+"\r\n") }
	say("220 test")
	var letter strings.Builder
	inData := false
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		line := lines.Text()
		switch {
		case inData && line == ".":
			inData = false
			letters <- letter.String()
			say("250 taken")
		case inData:
			letter.WriteString(line + "\n")
		case strings.HasPrefix(line, "EHLO"), strings.HasPrefix(line, "HELO"):
			say("250 test")
		case strings.HasPrefix(line, "RCPT") && refuse:
			say("550 no such person")
		case strings.HasPrefix(line, "DATA"):
			inData = true
			say("354 go on")
		case strings.HasPrefix(line, "QUIT"):
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func letter() mail.Message {
	return mail.Message{
		ID: "mai_1", From: "Pasar <shop@example.com>", To: "sari@example.com", Subject: "Pesanan PSR-1 sudah dibayar",
		Text: "Terima kasih.", HTML: "<p>Terima kasih.</p>",
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	address, received := server(t, false)
	sender, err := mail.Open("smtp://" + address)
	if err != nil {
		t.Fatal(err)
	}
	m := letter()
	m.Headers = map[string]string{"List-Unsubscribe": "<https://shop.example.com/u>"}
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := <-received
	for _, want := range []string{"Message-ID: <mai_1@pasar>", "To: <sari@example.com>", "Terima kasih.", "<p>Terima kasih.</p>", "multipart/alternative", "List-Unsubscribe: <https://shop.example.com/u>"} {
		if !strings.Contains(got, want) {
			t.Errorf("the mail lacks %q:\n%s", want, got)
		}
	}
}

func TestTextOnly(t *testing.T) {
	t.Parallel()
	address, received := server(t, false)
	sender, err := mail.Open("smtp://" + address)
	if err != nil {
		t.Fatal(err)
	}
	m := letter()
	m.HTML, m.Subject = "", "Pesanan dibayar – terima kasih ☕"
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := <-received
	if strings.Contains(got, "multipart") || strings.Contains(got, "text/html") {
		t.Errorf("a text became more:\n%s", got)
	}
	for line := range strings.Lines(got) {
		if strings.ContainsFunc(line, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("not encoded: %s", line)
		}
	}
}

// TestSilentServer connects to a server that never speaks.
func TestSilentServer(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	sender, err := mail.Open("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	sent := make(chan error, 1)
	go func() { sent <- sender.Send(ctx, letter()) }()
	select {
	case err := <-sent:
		if err == nil {
			t.Error("sent to nobody")
		}
	case <-time.After(10 * time.Second):
		t.Error("still waiting long after the deadline")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	address, _ := server(t, true)
	sender, err := mail.Open("smtp://" + address)
	if err != nil {
		t.Fatal(err)
	}
	if err := sender.Send(t.Context(), letter()); err == nil || !strings.Contains(err.Error(), "no such person") {
		t.Errorf("a refused recipient: %v", err)
	}
	for name, change := range map[string]func(*mail.Message){
		"subject":   func(m *mail.Message) { m.Subject = "a\r\nBcc: evil@example.com" },
		"recipient": func(m *mail.Message) { m.To = "a@example.com\nBcc: evil@example.com" },
		"sender":    func(m *mail.Message) { m.From = "Pasar <shop@example.com>\r\nBcc: evil@example.com" },
		"id":        func(m *mail.Message) { m.ID = "x>\r\nBcc: evil@example.com" },
		"address":   func(m *mail.Message) { m.To = "nobody" },
		"header":    func(m *mail.Message) { m.Headers = map[string]string{"X-A": "b\nBcc: evil@example.com"} },
		"name":      func(m *mail.Message) { m.Headers = map[string]string{"X-A: b\r\nBcc": "evil@example.com"} },
		"bcc":       func(m *mail.Message) { m.Headers = map[string]string{"BCC": "evil@example.com"} },
	} {
		m := letter()
		change(&m)
		if err := sender.Send(t.Context(), m); err == nil {
			t.Errorf("a bad %s was sent", name)
		}
	}
	for _, bad := range []string{"http://host", "smtp://", "smtp://host:nonsense", "::"} {
		if _, err := mail.Open(bad); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
}
