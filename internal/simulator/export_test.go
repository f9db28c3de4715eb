package simulator

import (
	"fmt"
	"time"

	"pasar/internal/platform/secret"
)

// Sign signs as webhooks are signed.
func Sign(key, id string, at time.Time, body string) string {
	s, err := newSigner(secret.New(key))
	if err != nil {
		panic(err)
	}
	_, signature := s.sign(id, at, body)
	return signature
}

// CRC16 is the checksum of a QRIS text.
func CRC16(text string) string { return fmt.Sprintf("%04X", crc16([]byte(text))) }
