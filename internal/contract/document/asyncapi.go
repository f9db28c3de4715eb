package document

import (
	"maps"

	"pasar/internal/contract"
)

const asyncAPIFolder = "api/asyncapi/"

const aboutEvents = "Facts that the services of the shop state, as CloudEvents 1.0 in JSON on NATS JetStream. " +
	"A subject is the type of its events. Delivery is at least once and in no order: drop what has been seen by id, " +
	"and order what concerns one subject by aggregateversion. New members may appear in data; a change that would break readers gets a new type, ending in v2."

// asyncAPI returns the document of every event and a JSON Schema for each.
func asyncAPI() ([]File, error) {
	events := contract.Events()
	schemas, err := dataSchemas(events)
	if err != nil {
		return nil, err
	}
	var files []File
	for _, e := range events {
		file, err := schemaFile(e, schemas)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	content, err := encode(asyncDocument(events, schemas))
	if err != nil {
		return nil, err
	}
	return append(files, File{Path: asyncAPIFolder + "pasar.json", Content: content}), nil
}

func asyncDocument(events []contract.Event, schemas map[string]any) map[string]any {
	channels, operations, messages := map[string]any{}, map[string]any{}, map[string]any{}
	components := maps.Clone(schemas)
	components["CloudEvent"] = envelope()
	for _, e := range events {
		messages[e.Type] = message(e)
		channels[e.Type] = map[string]any{
			"address": e.Type, "description": e.Summary,
			"messages": map[string]any{e.Type: map[string]any{"$ref": "#/components/messages/" + e.Type}},
		}
		operations["state-"+e.Type] = map[string]any{
			"action": "send", "summary": e.Summary, "tags": tags(e),
			"description": "Stated by the " + e.Service + " service in the transaction that made it true, and published from its outbox.",
			"channel":     map[string]any{"$ref": "#/channels/" + e.Type},
			"messages":    []any{map[string]any{"$ref": "#/channels/" + e.Type + "/messages/" + e.Type}},
		}
	}
	return map[string]any{
		"asyncapi": "3.0.0",
		"info": map[string]any{
			"title": contract.Title + " events", "version": contract.Version, "description": aboutEvents,
			"license": license, "contact": contact, "x-generated-by": marker, "tags": allTags(),
		},
		"defaultContentType": "application/cloudevents+json",
		"servers":            map[string]any{"broker": broker},
		"channels":           channels,
		"operations":         operations,
		"components":         map[string]any{"messages": messages, "schemas": components},
	}
}

// broker is where events are; its address is the shop's own.
var broker = map[string]any{
	"host": "{address}", "protocol": "nats",
	"description": "The NATS server of the setting events.url. Without one it runs inside the program and can be reached from nowhere else.",
	"variables":   map[string]any{"address": map[string]any{"default": "localhost:4222", "description": "Host and port of the NATS server"}},
}

func message(e contract.Event) map[string]any {
	return map[string]any{
		"name": e.Type, "title": e.Type, "summary": e.Summary, "tags": tags(e),
		"contentType": "application/cloudevents+json",
		"payload": map[string]any{"allOf": []any{
			map[string]any{"$ref": componentsRef + "CloudEvent"},
			map[string]any{"type": "object", "properties": map[string]any{
				"type":   map[string]any{"type": "string", "const": e.Type},
				"source": map[string]any{"type": "string", "const": sourceOf(e)},
				"data":   map[string]any{"$ref": componentsRef + dataName(e.Data)},
			}},
		}},
	}
}

func tags(e contract.Event) []any { return []any{map[string]any{"name": e.Service}} }

func allTags() []any {
	var list []any
	for _, s := range contract.Services() {
		if len(s.Events) > 0 {
			list = append(list, map[string]any{"name": s.Name, "description": s.Title})
		}
	}
	return list
}
