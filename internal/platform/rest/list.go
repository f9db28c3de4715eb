package rest

import (
	"time"

	"pasar/api"
)

const defaultLimit = 20 // as api.Paging declares it

// Limit is how many rows a page shows. A direct call of a sibling in this
// process has had no defaults filled in.
func Limit(p api.Paging) int {
	if p.Limit == 0 {
		return defaultLimit
	}
	return p.Limit
}

// List makes a page of rows, of which one more than Limit was read in order to
// know whether there is more. cursor packs the sort key of the last row shown.
func List[Row, Item any](rows []Row, p api.Paging, item func(Row) Item, cursor func(Row) string) *api.List[Item] {
	list := &api.List[Item]{Data: make([]Item, 0, len(rows))}
	if limit := Limit(p); len(rows) > limit {
		rows = rows[:limit]
		list.Page = api.Page{HasMore: true, NextCursor: cursor(rows[limit-1])}
	}
	for _, row := range rows {
		list.Data = append(list.Data, item(row))
	}
	return list
}

// TimeCursor is the cursor of a list that is ordered by time and id.
func TimeCursor(at time.Time, id string) string { return EncodeCursor(at.UnixMicro(), id) }

// DecodeTimeCursor unpacks it; both are zero for the first page.
func DecodeTimeCursor(cursor string) (at time.Time, id string, err error) {
	if cursor == "" {
		return at, "", nil
	}
	var micros int64
	if err := DecodeCursor(cursor, &micros, &id); err != nil {
		return at, "", err
	}
	return time.UnixMicro(micros).UTC(), id, nil
}
