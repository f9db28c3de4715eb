package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pasar/internal/payment"
	"pasar/internal/platform/secret"
)

// tolerance is how far a notification's time may be off, both ways.
const tolerance = 5 * time.Minute

const (
	maxEventID   = 191
	maxReference = 100
)

func parseWebhookSecret(s secret.Secret) ([]byte, error) {
	encoded, ok := strings.CutPrefix(s.Reveal(), "whsec_")
	if !ok {
		return nil, errors.New("simulator gateway: the webhook secret must start with whsec_")
	}
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(key) < 24 || len(key) > 64 {
		return nil, errors.New("simulator gateway: after whsec_ the webhook secret must be base64 of 24 to 64 bytes")
	}
	return key, nil
}

// ParseWebhook verifies a notification as Standard Webhooks 1.0 says and reads
// it. Nothing of the body is looked at before its signature is right.
func (g *Gateway) ParseWebhook(header map[string][]string, body []byte) (payment.Notice, error) {
	id, timestamp := first(header, "Webhook-Id"), first(header, "Webhook-Timestamp")
	if err := g.verify(id, timestamp, first(header, "Webhook-Signature"), body); err != nil {
		return payment.Notice{}, fmt.Errorf("%w: %w", payment.ErrSignature, err)
	}
	if len(id) > maxEventID {
		return payment.Notice{}, errors.New("its id is too long")
	}
	var event struct {
		Type      string         `json:"type"`
		CreatedAt time.Time      `json:"created_at"`
		Data      chargeDocument `json:"data"`
	}
	if err := json.Unmarshal(body, &event); err != nil {
		return payment.Notice{}, fmt.Errorf("not the JSON of an event: %w", err)
	}
	if event.Data.Reference == "" || len(event.Data.Reference) > maxReference {
		return payment.Notice{}, errors.New("it names no charge")
	}
	charge, err := event.Data.charge()
	if err != nil {
		return payment.Notice{}, err
	}
	return payment.Notice{
		EventID: id, Kind: event.Type, Reference: event.Data.Reference, Charge: charge, At: event.CreatedAt,
	}, nil
}

func (g *Gateway) verify(id, timestamp, signatures string, body []byte) error {
	if id == "" || timestamp == "" || signatures == "" {
		return errors.New("webhook-id, webhook-timestamp or webhook-signature is missing")
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return errors.New("webhook-timestamp is not a number")
	}
	if off := g.config.Clock.Now().Sub(time.Unix(seconds, 0)); off > tolerance || off < -tolerance {
		return fmt.Errorf("webhook-timestamp is off by %s", off.Round(time.Second))
	}
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for signature := range strings.SplitSeq(signatures, " ") {
		if hmac.Equal([]byte(signature), expected) {
			return nil
		}
	}
	return errors.New("no signature matches")
}

func first(header map[string][]string, name string) string {
	if values := header[name]; len(values) == 1 {
		return values[0]
	}
	return "" // twice is not once
}
