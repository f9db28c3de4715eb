package config

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"pasar/internal/platform/secret"
)

var secretType = reflect.TypeFor[secret.Secret]()

const kindBool = "true or false"

func readsText(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	return ok
}

// expects says in words what the setting takes; "" means its type is not supported.
func (s *setting) expects() string {
	switch {
	case s.value.Type() == secretType:
		return "a secret text"
	case s.value.Type() == durationType:
		return "a duration such as 500ms, 15m, 36h or 30d"
	case s.value.Type() == sizeType:
		return "a size such as 512KiB, 64MiB or 1048576"
	case readsText(s.value) && len(s.enum) == 0:
		return "a text"
	case len(s.enum) > 0:
		return "one of " + strings.Join(s.enum, ", ")
	}
	switch s.value.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return kindBool
	case reflect.Slice:
		if s.value.Type().Elem().Kind() == reflect.String {
			return "a list, or values separated by commas"
		}
	}
	return ""
}

// parse sets the value from text. Its error completes "<key> …" and never
// contains the text of a secret.
func (s *setting) parse(text string) error {
	if s.value.Kind() == reflect.Slice {
		return s.parseList(strings.Split(text, ","))
	}
	if err := s.convert(text); err != nil {
		return s.refuse(text)
	}
	return nil
}

func (s *setting) refuse(text string) error {
	if s.secret {
		return fmt.Errorf("must be %s", s.expects())
	}
	hint := ""
	if near := Nearest(text, s.enum); near != "" {
		hint = fmt.Sprintf("; did you mean %s?", near)
	}
	return fmt.Errorf("must be %s, not %q%s", s.expects(), text, hint)
}

func (s *setting) parseList(items []string) error {
	list := make([]string, 0, len(items))
	for _, item := range items {
		item = strings.TrimSpace(item)
		if item == "" {
			continue
		}
		if len(s.enum) > 0 && !slices.Contains(s.enum, item) {
			return s.refuse(item)
		}
		list = append(list, item)
	}
	s.value.Set(reflect.ValueOf(list).Convert(s.value.Type()))
	return nil
}

var errForm = errors.New("unexpected form")

func (s *setting) convert(text string) error {
	if len(s.enum) > 0 && !slices.Contains(s.enum, text) {
		return errForm
	}
	if u, ok := s.value.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	if s.value.Type() == durationType {
		d, err := parseDuration(text)
		s.value.SetInt(int64(d))
		return err
	}
	switch s.value.Kind() {
	case reflect.String:
		s.value.SetString(text)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || s.value.OverflowInt(n) {
			return errForm
		}
		s.value.SetInt(n)
	case reflect.Float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return errForm
		}
		s.value.SetFloat(f)
	case reflect.Bool:
		if text != "true" && text != "false" {
			return errForm
		}
		s.value.SetBool(text == "true")
	}
	return nil
}

// parseDuration reads Go's durations and whole days, which people use for
// expiry and retention. No duration here may be negative.
func parseDuration(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 31)
		if err != nil || n > uint64(math.MaxInt64/(24*time.Hour)) {
			return 0, errForm
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, errForm
	}
	return d, nil
}

// masked is the value as it may be shown.
func (s *setting) masked() string {
	if s.value.Kind() == reflect.Slice {
		items := make([]string, s.value.Len())
		for i := range items {
			items[i] = s.maskOne(s.value.Index(i).String())
		}
		return strings.Join(items, ",")
	}
	if sec, ok := s.value.Interface().(secret.Secret); ok {
		if sec.IsZero() {
			return ""
		}
		return secret.Mask
	}
	return s.maskOne(fmt.Sprint(s.value.Interface()))
}

func (s *setting) maskOne(text string) string {
	masked, isURL := MaskURL(text)
	if s.secret && !isURL && text != "" {
		return secret.Mask
	}
	return masked
}
