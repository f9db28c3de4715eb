package rest

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"pasar/api"
)

// inputPlan is what the tags of an input struct say, read once a type.
type inputPlan struct {
	params  []param
	body    []int // field index of Body, nil for none
	raw     []int // field index of RawBody
	headers []int // field index of Headers
	media   []string
	ids     []pathID
	queries []string // known query parameters
	deep    []string // prefixes of deepObject parameters, "filter["
	text    walker
}

// param is one field that travels outside the body.
type param struct {
	in, name string
	index    []int
	kind     reflect.Type
	explode  bool
	fallback string // the default, which need not travel
}

type pathID struct{ name, prefix string }

var inputPlans sync.Map // reflect.Type -> *inputPlan

func planOf(t reflect.Type) *inputPlan {
	if plan, ok := inputPlans.Load(t); ok {
		return plan.(*inputPlan)
	}
	plan := &inputPlan{}
	plan.read(t, nil)
	plan.text = textOf(t, map[reflect.Type]*walker{}, true)
	made, _ := inputPlans.LoadOrStore(t, plan)
	return made.(*inputPlan)
}

func (p *inputPlan) takesBody() bool { return p.body != nil || p.raw != nil }

func (p *inputPlan) read(t reflect.Type, parent []int) {
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(parent), i)
		switch {
		case !f.IsExported():
		case f.Type == reflect.TypeFor[Headers]():
			p.headers = index
		case f.Anonymous:
			p.read(f.Type, index)
		case f.Name == "Body" && parent == nil:
			p.body = index
			p.media = mediaOf(f, mediaJSON)
		case f.Name == "RawBody" && parent == nil:
			p.raw = index
			p.media = mediaOf(f, "application/octet-stream")
		default:
			p.readParam(f, index)
		}
	}
}

func mediaOf(f reflect.StructField, fallback string) []string {
	tag := f.Tag.Get("contentType")
	if tag == "" {
		return []string{fallback}
	}
	media := strings.Split(tag, ",")
	for i := range media {
		media[i] = strings.TrimSpace(media[i])
	}
	return media
}

func (p *inputPlan) readParam(f reflect.StructField, index []int) {
	for _, in := range []string{"path", "query", "header", "cookie"} {
		tag := f.Tag.Get(in)
		if tag == "" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if in == "header" {
			name = http.CanonicalHeaderKey(name)
		}
		p.params = append(p.params, param{
			in: in, name: name, index: index, kind: f.Type,
			explode: strings.Contains(options, "explode"), fallback: f.Tag.Get("default"),
		})
		switch {
		case in == "path" && f.Tag.Get("prefix") != "":
			p.ids = append(p.ids, pathID{name: name, prefix: f.Tag.Get("prefix")})
		case in == "query" && strings.Contains(options, "deepObject"):
			p.deep = append(p.deep, name+"[")
		case in == "query":
			p.queries = append(p.queries, name)
		}
		return
	}
}

// Headers is embedded in the input of an operation that needs every header of
// the request, such as the signature headers of whatever gateway is calling.
type Headers struct {
	Header http.Header `json:"-"`
}

// prepare finishes the bound input and checks every text in it.
func (p *inputPlan) prepare(x *exchange, in reflect.Value) error {
	if p.raw != nil {
		in.FieldByIndex(p.raw).SetBytes(x.body) // huma's slice goes back to a pool
	}
	if p.headers != nil {
		in.FieldByIndex(p.headers).Set(reflect.ValueOf(Headers{Header: x.r.Header}))
	}
	if p.text == nil {
		return nil
	}
	return x.check.run(p.text, in)
}

var knownPrefixes = []string{
	api.PrefixUser, api.PrefixAddress, api.PrefixProduct, api.PrefixVariant, api.PrefixCategory, api.PrefixImage,
	api.PrefixCart, api.PrefixOrder, api.PrefixItem, api.PrefixReservation, api.PrefixMovement, api.PrefixPayment,
	api.PrefixRefund, api.PrefixEvent, api.PrefixKey, api.PrefixSession, api.PrefixMail, api.PrefixRequest,
}

func knownPrefix(prefix string) bool { return slices.Contains(knownPrefixes, prefix) }
