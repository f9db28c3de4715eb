package config

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// Report tells the value and the origin of every setting, secrets masked.
type Report struct {
	File     string    `json:"file,omitempty"` // the configuration file that was read
	Settings []Setting `json:"settings"`
}

func (l *loader) report() *Report {
	r := &Report{File: l.fileUsed, Settings: make([]Setting, len(l.settings))}
	for i, s := range l.settings {
		r.Settings[i] = s.describe()
	}
	return r
}

// Get returns one setting by its key.
func (r *Report) Get(key string) (Setting, bool) {
	for _, s := range r.Settings {
		if s.Key == key {
			return s, true
		}
	}
	return Setting{}, false
}

// WriteText writes a table: key, value, origin.
func (r *Report) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range r.Settings {
		value := s.Value
		if value == "" {
			value = "-"
		}
		if _, err := fmt.Fprintf(table, "%s\t%s\t%s\n", s.Key, value, s.Origin); err != nil {
			return fmt.Errorf("config: write report: %w", err)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("config: write report: %w", err)
	}
	return nil
}

// WriteJSON writes the report as one JSON document.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("config: write report: %w", err)
	}
	return nil
}
