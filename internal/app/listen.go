package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// portTries is how many ports are tried, from the wanted one on.
const portTries = 20

// listen takes the address, or the next free port after it when another
// program has it, as often as it may try. taken is the address that was busy, ""
// when none was.
func listen(ctx context.Context, setting, address string, tries int) (listener net.Listener, taken string, err error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %q is not an address: write host:port, such as 127.0.0.1:8080", setting, address)
	}
	first, err := strconv.Atoi(port)
	if err != nil || first < 0 || first > 65535 {
		return nil, "", fmt.Errorf("%s: %q is not a port: write a number from 0 to 65535", setting, port)
	}
	var config net.ListenConfig
	for try := range tries {
		next := net.JoinHostPort(host, strconv.Itoa(first+try))
		listener, err = config.Listen(ctx, "tcp", next)
		if err == nil {
			if try > 0 {
				taken = address
			}
			return listener, taken, nil
		}
		if !errors.Is(err, syscall.EADDRINUSE) || first == 0 {
			break
		}
	}
	return nil, "", fmt.Errorf("%s: cannot listen on %s: %w; set another address with --%s=host:port", setting, address, err, setting)
}
