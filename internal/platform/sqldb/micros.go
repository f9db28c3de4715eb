package sqldb

import "time"

// Micros is a moment in a row: microseconds since 1970-01-01 UTC, in a BIGINT
// column. A column that may be NULL is a *Micros.
type Micros int64

// At returns the moment t, cut to a microsecond.
func At(t time.Time) Micros { return Micros(t.UnixMicro()) }

// AtPtr returns the moment t for a column that may be NULL: nil for the zero
// time.
func AtPtr(t time.Time) *Micros {
	if t.IsZero() {
		return nil
	}
	m := At(t)
	return &m
}

// Time returns the moment in UTC.
func (m Micros) Time() time.Time { return time.UnixMicro(int64(m)).UTC() }

// TimeOf returns the moment of a column that may be NULL: the zero time for nil.
func TimeOf(m *Micros) time.Time {
	if m == nil {
		return time.Time{}
	}
	return m.Time()
}

// GormDataType keeps GORM from taking a field named CreatedAt or UpdatedAt for
// a count of seconds that it should fill in by itself.
func (Micros) GormDataType() string { return "micros" }
