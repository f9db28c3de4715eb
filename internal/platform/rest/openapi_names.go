package rest

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// schemaName names the schema of a type for people who do not know Go:
// List[Order] is OrderList, and the body of a PlaceOrderInput PlaceOrderRequest.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if strings.HasPrefix(t.Name(), "List[") {
		return strings.TrimPrefix(name, "List") + "List"
	}
	if operation, nested := strings.CutSuffix(name, "InputBody"); nested && t.Name() == "" {
		return operation + "Request"
	}
	return name
}

// idPattern is the shape of what api.NewID returns, after its prefix.
const idPattern = "_[0-9a-hjkmnp-tv-z]{26}$"

// exampleID is a well-formed id with this prefix.
func exampleID(prefix string) string { return prefix + "_01k9q0v4c6z3h8m2n5r7t9w1x4" }

// describePathIDs gives ids in paths their shape and an example. Only in the
// document: a request with another id is answered 404, not 422.
func (a *API) describePathIDs(root map[string]any) {
	prefixes := map[string]map[string]string{}
	for _, rt := range a.routes {
		prefixes[rt.info.ID] = map[string]string{}
		for _, id := range rt.plan.ids {
			prefixes[rt.info.ID][id.name] = id.prefix
		}
	}
	eachOperation(root, func(_, _ string, op map[string]any) {
		params, _ := op["parameters"].([]any)
		for _, p := range params {
			param := p.(map[string]any)
			prefix := prefixes[fmt.Sprint(op["operationId"])][fmt.Sprint(param["name"])]
			if param["in"] != "path" || prefix == "" {
				continue
			}
			param["example"] = exampleID(prefix)
			object(param, "schema")["pattern"] = "^" + prefix + idPattern
		}
	})
}
