package contract_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pasar/internal/contract"
)

// declared is what the sources of the contract packages declare.
type declared struct{ operations, events, codes []string }

// readDeclared looks into the sources, because what nobody lists is not linked.
func readDeclared(t *testing.T) declared {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "api", "*api", "*.go"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no sources below api: %v", err)
	}
	var found declared
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if group, ok := declaration.(*ast.GenDecl); ok {
				found.read(t, group)
			}
		}
	}
	return found
}

func (d *declared) read(t *testing.T, group *ast.GenDecl) {
	t.Helper()
	for _, spec := range group.Specs {
		values, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		for i, value := range values.Values {
			switch literal := value.(type) {
			case *ast.CompositeLit:
				switch generic(literal.Type) {
				case "rest.Operation":
					d.operations = append(d.operations, member(t, literal, "ID"))
				case "events.Type":
					d.events = append(d.events, member(t, literal, "Name"))
				}
			case *ast.BasicLit:
				if group.Tok == token.CONST && strings.HasPrefix(values.Names[i].Name, "Code") {
					d.codes = append(d.codes, unquote(t, literal))
				}
			}
		}
	}
}

// generic names the generic type of an instance: rest.Operation[I, O].
func generic(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.IndexExpr:
		return generic(e.X)
	case *ast.IndexListExpr:
		return generic(e.X)
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return x.Name + "." + e.Sel.Name
		}
	}
	return ""
}

func member(t *testing.T, literal *ast.CompositeLit, name string) string {
	t.Helper()
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, isName := pair.Key.(*ast.Ident)
		value, isLiteral := pair.Value.(*ast.BasicLit)
		if isName && isLiteral && key.Name == name {
			return unquote(t, value)
		}
	}
	t.Fatalf("a %s gives no literal %s", generic(literal.Type), name)
	return ""
}

func unquote(t *testing.T, literal *ast.BasicLit) string {
	t.Helper()
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEverythingDeclaredIsListed(t *testing.T) {
	t.Parallel()
	var listed declared
	for _, op := range operations() {
		listed.operations = append(listed.operations, op.ID)
	}
	for _, e := range contract.Events() {
		listed.events = append(listed.events, e.Type)
	}
	for _, c := range contract.Codes() {
		listed.codes = append(listed.codes, c.Name)
	}
	found := readDeclared(t)
	if len(found.operations) < 50 || len(found.events) < 10 || len(found.codes) < 20 {
		t.Fatalf("the sources were not understood: %v", found)
	}
	requireAll(t, found.operations, listed.operations, "operation %s is declared but not registered; see Register in service.go of its package, and the services of package contract")
	requireAll(t, found.events, listed.events, "event %s is declared but not listed; add it to internal/contract/events.go")
	requireAll(t, found.codes, listed.codes, "problem code %s is declared but not in the Codes of its package")
}

func requireAll(t *testing.T, found, listed []string, complaint string) {
	t.Helper()
	for _, name := range found {
		if !slices.Contains(listed, name) {
			t.Errorf(complaint, name)
		}
	}
}
