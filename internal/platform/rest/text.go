package rest

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// walker checks every text below one value. A nil walker means that there is
// none: numbers, times and raw bytes cost nothing.
type walker func(c *checker, v reflect.Value)

// checker collects what walkers find, and where.
type checker struct {
	path   []segment
	room   [8]segment
	fields []fault.Field
}

// segment is one step of a pointer: a name, or an index when name is "".
type segment struct {
	name  string
	index int
	root  bool // the name is a whole location, such as "query.q"
}

func (c *checker) run(walk walker, in reflect.Value) error {
	c.path = c.room[:0]
	walk(c, in)
	if len(c.fields) == 0 {
		return nil
	}
	return withFields(fault.New(fault.Invalid, api.CodeInvalid, summarize(c.fields[0], len(c.fields))), c.fields)
}

func (c *checker) push(s segment) { c.path = append(c.path, s) }
func (c *checker) pop()           { c.path = c.path[:len(c.path)-1] }

func (c *checker) add(code, detail string) {
	if len(c.fields) == maxFields {
		return
	}
	c.fields = append(c.fields, fault.Field{Pointer: c.pointer(), Code: code, Detail: detail})
}

func (c *checker) pointer() string {
	var b strings.Builder
	for _, s := range c.path {
		switch {
		case s.root:
			b.WriteString(s.name)
		case s.name == "":
			b.WriteString("/" + strconv.Itoa(s.index))
		default:
			b.WriteString("/" + escapePointer(s.name))
		}
	}
	return b.String()
}

// textOf builds the walker of a type. Types under construction are looked up
// again at run time, so that recursive types end.
func textOf(t reflect.Type, making map[reflect.Type]*walker, input bool) walker {
	if t.Implements(reflect.TypeFor[patchMember]()) {
		return patchText(t, textField{}, making)
	}
	if opaque(t) {
		return nil
	}
	if slot, ok := making[t]; ok {
		return func(c *checker, v reflect.Value) {
			if *slot != nil {
				(*slot)(c, v)
			}
		}
	}
	switch t.Kind() {
	case reflect.String:
		return textField{}.walk
	case reflect.Pointer:
		return elementText(textOf(t.Elem(), making, false))
	case reflect.Interface:
		return anyText
	case reflect.Slice, reflect.Array:
		return listText(textOf(t.Elem(), making, false))
	case reflect.Map:
		return mapText(textOf(t.Elem(), making, false))
	case reflect.Struct:
		slot := new(walker)
		making[t] = slot
		*slot = structText(t, making, input)
		delete(making, t)
		return *slot
	}
	return nil
}

// opaque types decode themselves and answer for their own text.
func opaque(t reflect.Type) bool {
	if t == reflect.TypeFor[Headers]() || t == reflect.TypeFor[json.RawMessage]() {
		return true
	}
	if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
		return true
	}
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func elementText(element walker) walker {
	if element == nil {
		return nil
	}
	return func(c *checker, v reflect.Value) {
		if !v.IsNil() {
			element(c, v.Elem())
		}
	}
}

func listText(element walker) walker {
	if element == nil {
		return nil
	}
	return func(c *checker, v reflect.Value) {
		for i := range v.Len() {
			c.push(segment{index: i})
			element(c, v.Index(i))
			c.pop()
		}
	}
}

func mapText(element walker) walker {
	return func(c *checker, v reflect.Value) {
		for entries := v.MapRange(); entries.Next(); {
			key := entries.Key().String()
			if entries.Key().Kind() == reflect.String && flaw(key, false) != "" {
				c.add("control_character", "a name "+flaw(key, false))
				continue
			}
			if element == nil {
				continue
			}
			c.push(segment{name: key})
			element(c, entries.Value())
			c.pop()
		}
	}
}

// anyText checks a value whose type is known only now.
func anyText(c *checker, v reflect.Value) {
	if v.IsNil() {
		return
	}
	v = v.Elem()
	switch v.Kind() {
	case reflect.String:
		textField{}.walk(c, v)
	case reflect.Slice:
		listText(anyText)(c, v)
	case reflect.Map:
		mapText(anyText)(c, v)
	}
}

func structText(t reflect.Type, making map[reflect.Type]*walker, input bool) walker {
	type step struct {
		index int
		at    segment
		flat  bool // an embedded struct adds no step to the pointer
		walk  walker
	}
	var steps []step
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		walk := fieldText(f, making, input)
		if walk == nil {
			continue
		}
		at, named := locate(f, input)
		steps = append(steps, step{index: i, at: at, flat: !named, walk: walk})
	}
	if len(steps) == 0 {
		return nil
	}
	return func(c *checker, v reflect.Value) {
		for _, s := range steps {
			if s.flat {
				s.walk(c, v.Field(s.index))
				continue
			}
			c.push(s.at)
			s.walk(c, v.Field(s.index))
			c.pop()
		}
	}
}

func fieldText(f reflect.StructField, making map[reflect.Type]*walker, input bool) walker {
	rules := textField{multiline: f.Tag.Get("multiline") == "true", prefix: f.Tag.Get("prefix")}
	if f.Tag.Get("path") != "" {
		rules.prefix = "" // checked before the body is read
	}
	if input && f.Anonymous {
		return textOf(f.Type, making, true)
	}
	return rules.on(f.Type, making)
}

// on applies the rule to the texts of a type: its own, or those of its elements.
func (t textField) on(kind reflect.Type, making map[reflect.Type]*walker) walker {
	switch {
	case kind.Implements(reflect.TypeFor[patchMember]()):
		return patchText(kind, t, making)
	case opaque(kind) || t == textField{}:
		return textOf(kind, making, false)
	case kind.Kind() == reflect.String:
		return t.walk
	case kind.Kind() == reflect.Pointer:
		return elementText(t.on(kind.Elem(), making))
	case kind.Kind() == reflect.Slice:
		return listText(t.on(kind.Elem(), making))
	}
	return textOf(kind, making, false)
}

// locate names a field as problems point to it.
func locate(f reflect.StructField, input bool) (at segment, named bool) {
	if input {
		for _, in := range []string{"path", "query", "header", "cookie"} {
			if tag := f.Tag.Get(in); tag != "" {
				name, _, _ := strings.Cut(tag, ",")
				return segment{name: in + "." + name, root: true}, true
			}
		}
		if f.Name == "Body" {
			return segment{name: "#", root: true}, true
		}
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	switch {
	case f.Anonymous && name == "":
		return segment{}, false
	case name == "":
		return segment{name: f.Name}, true
	}
	return segment{name: name}, true
}

// textField is the rule for one text.
type textField struct {
	multiline bool
	prefix    string // of the id that the text must be
}

func (t textField) walk(c *checker, v reflect.Value) {
	s := v.String()
	if why := flaw(s, t.multiline); why != "" {
		c.add("control_character", why)
		return
	}
	if t.prefix != "" && s != "" && !api.ValidID(t.prefix, s) {
		c.add("wrong_id", "expected an id that starts with "+t.prefix+"_")
	}
}

// flaw says what is wrong with a text, "" when nothing is.
func flaw(s string, multiline bool) string {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				return "is not valid UTF-8"
			}
			if r <= 0x9f {
				return "has a control character"
			}
			i += size
			continue
		}
		if c < 0x20 || c == 0x7f {
			if !multiline || c != '\n' && c != '\t' {
				return "has a control character"
			}
		}
		i++
	}
	return ""
}
