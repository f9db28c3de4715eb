package document

import (
	"fmt"

	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

const openAPIFolder = "api/openapi/"

const aboutAPI = "A headless commerce backend. Amounts are integers in ISO 4217 minor units, times are RFC 3339 in UTC, " +
	"lists are paged by cursor, and every refusal is a problem document (RFC 9457) whose code is registered."

// openAPI returns the document of every service, and the one of what is public,
// each in both versions.
func openAPI() ([]File, error) {
	var files []File
	apis := contract.APIs()
	for i, service := range contract.Services() {
		document, err := apis[i].Document()
		if err != nil {
			return nil, fmt.Errorf("document: %s: %w", service.Name, err)
		}
		about := service.Title + ". Operations below /internal are for sibling services and are never routed by the gateway."
		if files, err = addVersions(files, service.Name, about, document); err != nil {
			return nil, err
		}
	}
	merged, err := rest.Merge(contract.Title, contract.Version, apis...)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	return addVersions(files, "pasar", aboutAPI, merged)
}

func addVersions(files []File, name, about string, document *rest.Document) ([]File, error) {
	document.Tell(map[string]any{
		"description": about, "license": license, "contact": contact, "x-generated-by": marker,
	})
	for suffix, version := range map[string]string{".json": rest.OpenAPI31, ".3.0.json": rest.OpenAPI30} {
		content, err := document.JSON(version)
		if err != nil {
			return nil, fmt.Errorf("document: %s: %w", name, err)
		}
		files = append(files, File{Path: openAPIFolder + name + suffix, Content: content})
	}
	return files, nil
}
