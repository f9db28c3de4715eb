package api

// Page says where a list goes on.
type Page struct {
	NextCursor string `json:"next_cursor,omitempty" doc:"Pass as cursor to get the next page; opaque"`
	HasMore    bool   `json:"has_more"`
}

// List is every list's answer: never a bare array.
type List[T any] struct {
	Data []T  `json:"data" nullable:"false"`
	Page Page `json:"page"`
}

// Paging is embedded in the input of every list operation.
type Paging struct {
	Limit  int    `query:"limit" default:"20" minimum:"1" maximum:"100" doc:"Rows a page"`
	Cursor string `query:"cursor" maxLength:"512" doc:"next_cursor of the page before"`
}
