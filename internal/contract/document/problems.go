package document

import (
	"slices"
	"strconv"
	"strings"

	"pasar/api"
	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

func problemsPage(operations []rest.Info) File {
	p := newPage("Problems")
	p.say("Every 4xx and 5xx answer is `application/problem+json` (RFC 9457). Its `code` is one of these, is never renamed, and is what to switch on; " +
		"its `type` is `/docs/problems/` and the code, a page that a running shop serves. `errors` names each offending part of the request.")
	p.say("## Any operation")
	p.table([]string{"Code", "Status", "Meaning"}, codeRows(api.Codes))
	known := slices.Clone(api.Codes)
	for _, s := range contract.Services() {
		own := slices.DeleteFunc(slices.Clone(s.Codes), func(c api.Code) bool { return slices.Contains(known, c) })
		if len(own) == 0 {
			continue
		}
		known = append(known, own...)
		rows := codeRows(own)
		for i, row := range rows {
			rows[i] = append(row, answeredBy(strings.Trim(row[0], "`"), operations))
		}
		p.say("## %s", s.Name)
		p.table([]string{"Code", "Status", "Meaning", "Answered by"}, rows)
	}
	return p.file("problems.md")
}

func codeRows(codes []api.Code) [][]string {
	codes = slices.Clone(codes)
	slices.SortFunc(codes, func(a, b api.Code) int {
		if a.Status != b.Status {
			return a.Status - b.Status
		}
		return strings.Compare(a.Name, b.Name)
	})
	rows := make([][]string, len(codes))
	for i, c := range codes {
		rows[i] = []string{code(c.Name), strconv.Itoa(c.Status), c.Title}
	}
	return rows
}

func answeredBy(name string, operations []rest.Info) string {
	var ids []string
	for _, op := range operations {
		if slices.Contains(op.Codes, name) {
			ids = append(ids, code(op.ID))
		}
	}
	return strings.Join(ids, ", ")
}
