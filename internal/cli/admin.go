package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"pasar/internal/app"
)

// adminCommand is `pasar admin`.
type adminCommand struct {
	Create adminCreateCommand `cmd:"" settings:"" help:"Make an administrator. Works beside a running shop."`
}

// adminCreateCommand is `pasar admin create`.
type adminCreateCommand struct {
	Email         string `required:"" help:"E-mail address of the administrator."`
	PasswordStdin bool   `name:"password-stdin" help:"Read the password from the first line of standard input."`
}

const maxPasswordLine = 4096

// Run makes the account. The password never stands in the arguments, where
// other users of the machine could read it.
func (c adminCreateCommand) Run(env *environment) error {
	if !c.PasswordStdin {
		return &usageError{errors.New("give the password on standard input: echo … | pasar admin create --email … --password-stdin")}
	}
	settings, _, err := env.load()
	if err != nil {
		return err
	}
	password, err := firstLine(os.Stdin)
	if err != nil {
		return err
	}
	id, err := app.CreateAdmin(env.ctx, *settings, c.Email, password)
	if err != nil {
		return fmt.Errorf("no administrator was made: %w", err)
	}
	_, err = fmt.Fprintf(env.stdout, "made administrator %s (%s)\n", c.Email, id)
	return err
}

func firstLine(in io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(in, maxPasswordLine)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", &usageError{errors.New("standard input holds no password")}
	}
	return line, nil
}
