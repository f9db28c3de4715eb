package document

import (
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

// dataName names a type of event data for the whole shop: RefundedData of the
// order service is OrderRefundedData, OrderData stays what it is.
func dataName(t reflect.Type) string {
	service, isContract := strings.CutSuffix(path.Base(t.PkgPath()), "api")
	if !isContract || service == "" {
		return t.Name() // a word that services share
	}
	prefix := strings.ToUpper(service[:1]) + service[1:]
	return prefix + strings.TrimPrefix(t.Name(), prefix)
}

// dataSchemas describes the data of every event, and what it is made of.
func dataSchemas(events []contract.Event) (map[string]any, error) {
	schemas := rest.NewSchemas(dataName)
	for _, e := range events {
		schemas.Add(e.Data)
	}
	return schemas.Map()
}

// envelope describes what events.Event adds around the data, in the words of
// CloudEvents 1.0.
func envelope() map[string]any {
	text := func(about, example string) map[string]any {
		return map[string]any{"type": "string", "description": about, "examples": []any{example}}
	}
	moment := text("When it happened", "2026-11-23T13:00:00.123456Z")
	moment["format"] = "date-time"
	return map[string]any{
		"type":        "object",
		"description": "A CloudEvents 1.0 event in the JSON format",
		"required":    []any{"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "aggregateversion", "data"},
		"properties": map[string]any{
			"specversion":     map[string]any{"type": "string", "const": "1.0"},
			"id":              text("Id of the event; a repeated delivery has the same", "evt_01k9q0v4c6z3h8m2n5r7t9w1x4"),
			"source":          text("The service that states it", "/pasar/order"),
			"type":            text("What happened; also the NATS subject", "pasar.order.placed.v1"),
			"subject":         text("Id of what it happened to", "ord_01k9q0v4c6z3h8m2n5r7t9w1x4"),
			"time":            moment,
			"datacontenttype": map[string]any{"type": "string", "const": "application/json"},
			"aggregateversion": map[string]any{
				"type": "integer", "format": "int64", "examples": []any{3},
				"description": "Version of the subject after the change: order events of one subject by it, never by arrival",
			},
			"traceparent": text("Trace that led to it (CloudEvents distributed tracing extension)", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
			"data":        map[string]any{"type": "object"},
		},
	}
}

// schemaFile returns one event as a JSON Schema that stands alone.
func schemaFile(e contract.Event, data map[string]any) (File, error) {
	name := dataName(e.Data)
	schema := envelope()
	properties := schema["properties"].(map[string]any)
	properties["type"] = map[string]any{"type": "string", "const": e.Type}
	properties["source"] = map[string]any{"type": "string", "const": sourceOf(e)}
	properties["data"] = map[string]any{"$ref": defsRef + name}
	definitions := map[string]any{}
	gather(name, data, definitions)
	maps.Copy(schema, map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$comment": marker,
		"title": e.Type, "description": e.Summary, "$defs": definitions,
	})
	content, err := encode(schema)
	return File{Path: asyncAPIFolder + "schemas/" + e.Type + ".json", Content: content}, err
}

const (
	componentsRef = "#/components/schemas/"
	defsRef       = "#/$defs/"
)

func sourceOf(e contract.Event) string { return "/pasar/" + e.Service }

// gather copies a schema and those it refers to into definitions.
func gather(name string, schemas, definitions map[string]any) {
	if definitions[name] != nil {
		return
	}
	definitions[name] = true // a type may hold itself
	definitions[name] = relocate(schemas[name], func(referred string) { gather(referred, schemas, definitions) })
}

// relocate copies a schema whose references are to lead into $defs.
func relocate(node any, refers func(name string)) any {
	switch n := node.(type) {
	case map[string]any:
		moved := make(map[string]any, len(n))
		for _, key := range slices.Sorted(maps.Keys(n)) {
			moved[key] = relocate(n[key], refers)
		}
		if ref, ok := n["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, componentsRef)
			moved["$ref"] = defsRef + name
			refers(name)
		}
		return moved
	case []any:
		moved := make([]any, len(n))
		for i, child := range n {
			moved[i] = relocate(child, refers)
		}
		return moved
	}
	return node
}
