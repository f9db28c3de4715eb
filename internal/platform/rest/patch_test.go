package rest_test

import (
	"encoding/json"
	"testing"

	"pasar/internal/platform/rest"
)

func TestPatchTellsThreeThingsApart(t *testing.T) {
	t.Parallel()
	type body struct {
		Note  rest.Patch[string] `json:"note,omitzero"`
		Count rest.Patch[int]    `json:"count,omitzero"`
	}
	var got body
	if err := json.Unmarshal([]byte(`{"note":null}`), &got); err != nil {
		t.Fatal(err)
	}
	if value, sent := got.Note.Get(); value != nil || !sent {
		t.Errorf("null is %v, %v", value, sent)
	}
	if value, sent := got.Count.Get(); value != nil || sent {
		t.Errorf("absent is %v, %v", value, sent)
	}
	for want, in := range map[string]body{
		`{}`:                    {},
		`{"note":null}`:         {Note: rest.Remove[string]()},
		`{"note":"","count":3}`: {Note: rest.Set(""), Count: rest.Set(3)},
	} {
		encoded, err := json.Marshal(in)
		if err != nil || string(encoded) != want {
			t.Errorf("%s, %v; want %s", encoded, err, want)
		}
	}
	if err := json.Unmarshal([]byte(`{"count":"x"}`), &got); err == nil {
		t.Error("a value of the wrong type was taken")
	}
}
