package document

import (
	"fmt"
	"strings"

	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

const referenceFolder = "docs/reference/"

// reference returns the pages of docs/reference.
func reference(settings any) ([]File, error) {
	var operations []rest.Info
	for _, a := range contract.APIs() {
		operations = append(operations, a.Operations()...)
	}
	events, err := eventsPage()
	if err != nil {
		return nil, err
	}
	settingsFile, err := settingsPage(settings)
	if err != nil {
		return nil, err
	}
	return []File{indexPage(operations), operationsPage(operations), problemsPage(operations), events, settingsFile}, nil
}

func indexPage(operations []rest.Info) File {
	public := 0
	for _, op := range operations {
		if !op.Internal() {
			public++
		}
	}
	p := newPage("Reference")
	p.say("Everything here is written from the code, and a test fails when it differs.")
	p.table([]string{"", "What"}, [][]string{
		{"[Operations](operations.md)", fmt.Sprintf("%d public operations and %d between services, and who may call them", public, len(operations)-public)},
		{"[Problems](problems.md)", fmt.Sprintf("%d codes that refusals carry", len(contract.Codes()))},
		{"[Events](events.md)", fmt.Sprintf("%d types of events and their data", len(contract.Events()))},
		{"[Settings](settings.md)", "Every setting, its variable and its default"},
	})
	p.say("## For tools")
	rows := [][]string{{"[pasar.json](../../api/openapi/pasar.json)", "[pasar.3.0.json](../../api/openapi/pasar.3.0.json)", "The public API of the whole shop"}}
	for _, s := range contract.Services() {
		rows = append(rows, []string{
			fmt.Sprintf("[%s.json](../../api/openapi/%[1]s.json)", s.Name),
			fmt.Sprintf("[%s.3.0.json](../../api/openapi/%[1]s.3.0.json)", s.Name), s.Title + ", internal operations included",
		})
	}
	p.table([]string{"OpenAPI 3.1", "OpenAPI 3.0.3", "What"}, rows)
	p.say("OpenAPI 3.0.3 is for generators that do not read 3.1, such as those for Dart. A running shop answers with the first row at `/openapi.json` and `/openapi-3.0.json`.")
	p.say("Events: [AsyncAPI 3.0](../../api/asyncapi/pasar.json) and a [JSON Schema for each type](../../api/asyncapi/schemas).")
	return p.file("README.md")
}

func operationsPage(operations []rest.Info) File {
	p := newPage("Operations")
	p.say("What each takes and answers is in the [OpenAPI documents](../../api/openapi). "+
		"%s means that `Idempotency-Key` is required, %s that `If-Match` is.", markIdempotent, markGuarded)
	for _, s := range contract.Services() {
		p.say("## %s", s.Name)
		p.say("%s.", s.Title)
		var rows [][]string
		for _, op := range operations {
			if op.Service == s.Name {
				rows = append(rows, []string{code(op.Method + " " + plainPath(op.Path)), op.Summary, access(op), marks(op)})
			}
		}
		p.table([]string{"", "What", "For", ""}, rows)
	}
	return p.file("operations.md")
}

const (
	markIdempotent = "**key**"
	markGuarded    = "**match**"
)

func marks(op rest.Info) string {
	var all []string
	if op.Idempotent {
		all = append(all, markIdempotent)
	}
	if op.Guarded {
		all = append(all, markGuarded)
	}
	return strings.Join(all, " ")
}

// access says who may call an operation.
func access(op rest.Info) string {
	if op.Internal() && op.Permission == "" {
		return "services"
	}
	switch op.Access {
	case "public":
		return "everybody"
	case "signed_in":
		return "signed in"
	case "owner_or":
		return "owner, or " + code(op.Permission)
	case "internal":
		return "services with " + code(op.Permission)
	default:
		return code(op.Permission)
	}
}

func plainPath(path string) string { return strings.ReplaceAll(path, "...}", "}") }
