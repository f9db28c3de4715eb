package document

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pasar/internal/contract"
)

func eventsPage() (File, error) {
	schemas, err := dataSchemas(contract.Events())
	if err != nil {
		return File{}, err
	}
	p := newPage("Events")
	p.say("%s", aboutEvents)
	for _, s := range contract.Services() {
		if len(s.Events) == 0 {
			continue
		}
		p.say("## %s", s.Name)
		var rows [][]string
		for _, e := range s.Events {
			rows = append(rows, []string{
				fmt.Sprintf("[`%s`](../../api/asyncapi/schemas/%[1]s.json)", e.Type), e.Summary, dataLink(dataName(e.Data)),
			})
		}
		p.table([]string{"Type and subject", "What happened", "Data"}, rows)
	}
	p.say("## Data")
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		p.say("### %s", name)
		p.table([]string{"Member", "Type", "", "Meaning"}, memberRows(schemas[name].(map[string]any)))
	}
	return p.file("events.md"), nil
}

func memberRows(schema map[string]any) [][]string {
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		member := properties[name].(map[string]any)
		presence := "optional"
		if slices.Contains(required, any(name)) {
			presence = ""
		}
		about, _ := member["description"].(string)
		rows = append(rows, []string{code(name), typeOf(member), presence, about})
	}
	return rows
}

// typeOf names the type of a member, linking to that of another table.
func typeOf(schema map[string]any) string {
	if ref, ok := schema["$ref"].(string); ok {
		return dataLink(strings.TrimPrefix(ref, componentsRef))
	}
	if items, ok := schema["items"].(map[string]any); ok {
		return "list of " + typeOf(items)
	}
	if values, ok := schema["enum"].([]any); ok {
		names := make([]string, len(values))
		for i, v := range values {
			names[i] = code(fmt.Sprint(v))
		}
		return strings.Join(names, ", ")
	}
	if format, ok := schema["format"].(string); ok && schema["type"] == "string" {
		return format
	}
	return fmt.Sprint(schema["type"])
}

func dataLink(name string) string { return fmt.Sprintf("[%s](#%s)", name, strings.ToLower(name)) }
