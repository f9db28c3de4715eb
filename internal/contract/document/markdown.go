package document

import (
	"fmt"
	"strings"
)

// page is a Markdown file in the making.
type page struct{ strings.Builder }

func newPage(title string) *page {
	p := &page{}
	p.say("<!-- %s -->", marker)
	p.say("# %s", title)
	return p
}

// say adds a paragraph.
func (p *page) say(text string, args ...any) {
	if p.Len() > 0 {
		p.WriteString("\n")
	}
	fmt.Fprintf(p, text+"\n", args...)
}

// table adds a table; a row is a slice of cells.
func (p *page) table(heads []string, rows [][]string) {
	p.say("| %s |", strings.Join(heads, " | "))
	p.WriteString(strings.Repeat("|---", len(heads)) + "|\n")
	for _, row := range rows {
		for _, text := range row {
			p.WriteString("| " + cell(text) + " ")
		}
		p.WriteString("|\n")
	}
}

func (p *page) file(name string) File {
	return File{Path: referenceFolder + name, Content: []byte(p.String())}
}

// cell keeps a text inside its cell, and its brackets from being tags.
func cell(text string) string {
	text = strings.ReplaceAll(text, "|", `\|`)
	if !strings.HasPrefix(text, "`") {
		text = strings.ReplaceAll(text, "<", `\<`)
	}
	return strings.Join(strings.Fields(text), " ")
}

// code sets a text as code; an empty one stays empty.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}
