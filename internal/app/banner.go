package app

import (
	"fmt"
	"strings"
)

// printBanner says, in at most 12 lines, what runs and where to go next.
func (s *Shop) printBanner() error {
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	say("Pasar %s", Version())
	say("  data        %s", s.config.Data)
	if s.config.Production {
		say("  mode        production: no demo data, no simulator, no /dev pages")
	} else {
		say("  mode        demo: sample products, simulated payments, mails are kept here")
	}
	if len(s.doors.taken) > 0 {
		say("  ports       %s busy, the next free one was taken", strings.Join(s.doors.taken, ", ")+plural(len(s.doors.taken), " is", " are"))
	}
	say("  API         %s", s.config.PublicURL)
	say("  reference   %s/docs", s.config.PublicURL)
	if !s.config.Production {
		say("  mail        %s/dev/mail", s.config.PublicURL)
		say("  traces      %s/dev/traces", s.config.PublicURL)
	}
	say("  operations  %s/readyz", s.OpsURL())
	if s.admin != "" {
		say("  first admin %s (once, within 30 minutes)", s.admin)
	}
	_, err := fmt.Fprintln(s.out, strings.Join(lines, "\n"))
	if err != nil {
		return fmt.Errorf("print where the shop is: %w", err)
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
