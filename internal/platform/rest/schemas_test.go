package rest_test

import (
	"reflect"
	"testing"

	"pasar/api"
	"pasar/internal/platform/rest"
)

func TestSchemas(t *testing.T) {
	t.Parallel()
	type line struct {
		Quantity int64     `json:"quantity" minimum:"1"`
		Price    api.Money `json:"price"`
	}
	type basket struct {
		Language string `json:"language" enum:"id,en"`
		Lines    []line `json:"lines"`
	}
	schemas := rest.NewSchemas(func(t reflect.Type) string { return "My" + t.Name() })
	if name := schemas.Add(reflect.TypeFor[basket]()); name != "Mybasket" {
		t.Errorf("name = %s", name)
	}
	all, err := schemas.Map()
	if err != nil {
		t.Fatal(err)
	}
	if at(t, all, "Mybasket", "properties", "lines", "items", "$ref") != "#/components/schemas/Myline" {
		t.Errorf("basket = %v", all["Mybasket"])
	}
	if kind := at(t, all, "Mybasket", "properties", "lines", "type"); kind != "array" {
		t.Errorf("lines are %v", kind)
	}
	if all["Mybasket"].(map[string]any)["additionalProperties"] != nil {
		t.Error("the schema cannot grow")
	}
	at(t, all, "MyMoney", "properties", "amount")
}
