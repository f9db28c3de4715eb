package rest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// EncodeCursor packs the sort key of the last row shown, such as its time and
// id, into an opaque cursor.
func EncodeCursor(parts ...any) string {
	packed, err := json.Marshal(parts)
	if err != nil {
		panic("rest: a cursor part cannot be encoded: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(packed)
}

// DecodeCursor unpacks cursor into pointers of the types that were encoded. A
// cursor that was not made by the same list is a fault at query.cursor.
func DecodeCursor(cursor string, parts ...any) error {
	packed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return badCursor(err)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(packed, &raw); err != nil {
		return badCursor(err)
	}
	if len(raw) != len(parts) {
		return badCursor(nil)
	}
	for i, part := range parts {
		if bytes.Equal(raw[i], []byte("null")) {
			return badCursor(nil)
		}
		if err := json.Unmarshal(raw[i], part); err != nil {
			return badCursor(err)
		}
	}
	return nil
}

func badCursor(err error) error {
	return fault.Wrap(err, fault.Invalid, api.CodeInvalid, "The cursor is not one that this list gave out; start again without it.").
		At("query.cursor", "wrong_format", "expected next_cursor of the page before")
}
