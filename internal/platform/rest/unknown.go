package rest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// checkQuery refuses query parameters that the operation does not know, so
// that a misspelt filter never quietly selects everything.
func (x *exchange) checkQuery() error {
	query := x.r.URL.RawQuery
	if query == "" {
		return nil
	}
	plan := x.route.plan
	var fields []fault.Field
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(rawName)
		if err == nil {
			_, err = url.QueryUnescape(rawValue)
		}
		if err != nil {
			return fault.New(fault.Malformed, api.CodeMalformed, "The query string is not encoded as a URL asks; write %% as %%25.")
		}
		if slices.Contains(plan.queries, name) || plan.deepQuery(name) || len(fields) == maxFields {
			continue
		}
		fields = append(fields, fault.Field{
			Pointer: "query." + printable(name), Code: api.CodeUnknownParameter,
			Detail: unknownDetail("query parameter", name, plan.queries),
		})
	}
	if len(fields) == 0 {
		return nil
	}
	return withFields(fault.New(fault.Invalid, api.CodeUnknownParameter, summarize(fields[0], len(fields))), fields)
}

func (p *inputPlan) deepQuery(name string) bool {
	return slices.ContainsFunc(p.deep, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// unknownField describes a body field that the schema does not have.
func (x *exchange) unknownField(pointer string) fault.Field {
	at := strings.LastIndexByte(pointer, '/')
	parent, name := pointer[:max(at, 0)], pointer[at+1:]
	return fault.Field{
		Pointer: printable(pointer), Code: api.CodeUnknownParameter,
		Detail: unknownDetail("field", name, x.knownFields(parent)),
	}
}

// knownFields follows a pointer through the body's schema.
func (x *exchange) knownFields(pointer string) []string {
	registry := x.api.huma.OpenAPI().Components.Schemas
	schema := bodySchema(x.route.operation)
	for i, segment := range strings.Split(pointer, "/") {
		schema = resolve(registry, schema)
		if schema == nil {
			return nil
		}
		if i == 0 {
			continue // "#"
		}
		switch additional, _ := schema.AdditionalProperties.(*huma.Schema); {
		case schema.Items != nil:
			schema = schema.Items
		case schema.Properties[segment] != nil:
			schema = schema.Properties[segment]
		default:
			schema = additional
		}
	}
	if schema = resolve(registry, schema); schema == nil {
		return nil
	}
	names := make([]string, 0, len(schema.Properties))
	for name := range schema.Properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func bodySchema(op *huma.Operation) *huma.Schema {
	if op.RequestBody == nil {
		return nil
	}
	for _, media := range op.RequestBody.Content {
		if media.Schema != nil {
			return media.Schema
		}
	}
	return nil
}

func resolve(registry huma.Registry, schema *huma.Schema) *huma.Schema {
	for schema != nil && schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	return schema
}

func unknownDetail(what, name string, known []string) string {
	switch nearest := nearestName(name, known); {
	case len(known) == 0:
		return "there are no " + what + "s here"
	case nearest != "":
		return "there is no such " + what + "; did you mean " + nearest + "?"
	case len(known) <= 12:
		return "there is no such " + what + "; there are " + strings.Join(known, ", ")
	}
	return "there is no such " + what
}

// nearestName returns the known name with the smallest edit distance, if it is
// near enough to be a slip of the pen.
func nearestName(name string, known []string) string {
	best, bestDistance := "", max(2, len(name)/2)+1
	if len(name) > 64 {
		return ""
	}
	for _, candidate := range known {
		if d := editDistance(strings.ToLower(name), candidate); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			substitute := diagonal
			if a[i-1] != b[j-1] {
				substitute++
			}
			diagonal = row[j]
			row[j] = min(substitute, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}

// printable makes a name that the caller chose safe to show: short, and
// without control characters.
func printable(name string) string {
	if len(name) > 80 {
		name = strings.ToValidUTF8(name[:80], "") + "..."
	}
	quoted := strconv.QuoteToASCII(name)
	return quoted[1 : len(quoted)-1]
}
