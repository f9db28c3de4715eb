package app

import (
	"fmt"

	"pasar/internal/platform/secret"
)

// keyBytes is the length of keys that the shop makes for itself.
const keyBytes = 32

// fillKeys makes the keys that were not set, once, and keeps them in the data
// directory. In production Check has refused their absence before.
func (c *Config) fillKeys() error {
	for _, key := range []struct {
		name  string
		value *secret.Secret
	}{
		{"auth-pepper", &c.Auth.Pepper},
		{"auth-signing", &c.Auth.SigningKey},
		{"siblings", &c.Siblings.Key},
		{"simulator", &c.Payment.Simulator.Secret},
	} {
		if !key.value.IsZero() {
			continue
		}
		made, err := secret.FileKey(c.Data, key.name, keyBytes)
		if err != nil {
			return fmt.Errorf("app: key %s: %w", key.name, err)
		}
		*key.value = made
	}
	return nil
}
