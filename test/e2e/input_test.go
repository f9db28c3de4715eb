package e2e_test

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"pasar/api"
	"pasar/internal/contract"
)

// codes are the registered problem codes and their statuses.
var codes = func() map[string]int {
	all := map[string]int{}
	for _, code := range contract.Codes() {
		all[code.Name] = code.Status
	}
	return all
}()

// probe is one operation with a valid request of it.
type probe struct {
	op    *operation
	valid request
	by    *client // who may send it
	owner person
}

// TestBadInput sends every operation of the shop everything that is wrong in
// one way. Each is refused by a problem that says where, and nothing of it
// leaves a trace. In the end each valid request goes through, so that the
// refusals were about what was wrong.
func TestBadInput(t *testing.T) { //nolint:tparallel // its steps share one shop and look for changes in it //nolint:tparallel // its stages follow each other
	t.Parallel()
	w := newWorld(t)
	probes := makeProbes(t, w)
	before := w.keeps(t)

	var sent atomic.Int64
	eachOperation(t, "refused", probes, func(t *testing.T, p probe) {
		for _, m := range mutations(t, w, p.op, p.valid, p.owner) {
			sent.Add(1)
			p.requireRefused(t, m)
		}
	})
	t.Logf("%d operations, %d wrong requests", len(probes), sent.Load())
	w.requireUnchanged(t, before, "bad input")

	eachOperation(t, "valid", probes, func(t *testing.T, p probe) { p.requireAccepted(t) })
}

// eachOperation is one stage of a test: all operations at once, and the next
// stage when all are through.
func eachOperation(t *testing.T, stage string, probes []probe, test func(*testing.T, probe)) {
	t.Helper()
	t.Run(stage, func(t *testing.T) {
		for _, p := range probes {
			t.Run(p.op.ID, func(t *testing.T) {
				t.Parallel()
				test(t, p)
			})
		}
	})
}

// makeProbes makes a valid request of every operation.
func makeProbes(t *testing.T, w *world) []probe {
	t.Helper()
	ops := w.operations(t)
	probes := make([]probe, len(ops))
	t.Run("fixtures", func(t *testing.T) {
		for i, op := range ops {
			t.Run(op.ID, func(t *testing.T) {
				t.Parallel()
				m := &maker{t: t, world: w}
				m.owner = m.person(api.RoleCustomer)
				probes[i] = probe{op: op, valid: m.fixture(op), by: w.mayCall(op, m.owner), owner: m.owner}
			})
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	return probes
}

// mayCall returns somebody who may call op on what belongs to owner.
func (w *world) mayCall(op *operation, owner person) *client {
	switch op.Access {
	case "public":
		return owner.without("Authorization")
	case "permission":
		return w.root
	}
	return owner.client
}

func (p probe) requireAccepted(t *testing.T) {
	t.Helper()
	a := p.by.on(t).sendWire(p.valid.wire(t, p.op))
	switch {
	case p.valid.refused != "" && a.str("code") == p.valid.refused:
	case p.valid.refused == "" && a.status == p.op.Status:
	default:
		t.Errorf("the valid request is answered %d: %s", a.status, a.raw)
	}
}

// requireRefused sends the valid request with one thing wrong.
func (p probe) requireRefused(t *testing.T, m mutation) {
	t.Helper()
	changed := p.valid.wire(t, p.op)
	if m.change != nil {
		m.change(&changed)
	}
	by := p.by.on(t)
	if m.as != nil {
		by = m.as(by)
	}
	a := by.sendWire(changed)
	if a.status < 400 || a.status > 499 {
		t.Errorf("%s: answered %d: %.300s", m.name, a.status, a.raw)
		return
	}
	requireProblem(t, m.name, a)
	if m.status != 0 && a.status != m.status || m.code != "" && a.str("code") != m.code {
		t.Errorf("%s: answered %d %s, want %d %s: %s", m.name, a.status, a.str("code"), m.status, m.code, a.raw)
	}
	if m.pointer != "" && !a.pointsAt(m.pointer) {
		t.Errorf("%s: no error points at %s: %s", m.name, m.pointer, a.raw)
	}
	if strings.Contains(string(a.raw), password) {
		t.Errorf("%s: the problem repeats a password", m.name)
	}
}

// requireProblem checks what every refusal has in common.
func requireProblem(t *testing.T, what string, a answer) {
	t.Helper()
	code := a.str("code")
	switch {
	case a.header.Get("Content-Type") != "application/problem+json":
		t.Errorf("%s: a refusal of type %q: %.200s", what, a.header.Get("Content-Type"), a.raw)
		return
	case codes[code] == 0:
		t.Errorf("%s: the code %q is not registered", what, code)
	case codes[code] != a.status || a.str("status") != strconv.Itoa(a.status):
		t.Errorf("%s: %s is answered with %d and says %s, but is registered with %d", what, code, a.status, a.str("status"), codes[code])
	}
	if id := a.str("request_id"); id == "" || id != a.header.Get("Request-Id") {
		t.Errorf("%s: the request_id is %q, the header says %q", what, id, a.header.Get("Request-Id"))
	}
	if a.str("title") == "" || a.str("detail") == "" || !strings.HasSuffix(a.str("type"), "/"+code) {
		t.Errorf("%s: the problem lacks a title, a detail or its type: %s", what, a.raw)
	}
	if named := []string{api.CodeInvalid, api.CodeUnknownParameter}; slices.Contains(named, code) && a.str("errors.0.pointer") == "" {
		t.Errorf("%s: %s names no field: %s", what, code, a.raw)
	}
	if a.status == 401 && a.header.Get("WWW-Authenticate") == "" {
		t.Errorf("%s: a 401 without WWW-Authenticate", what)
	}
}

// pointsAt reports whether an error of the problem points there or below.
func (a answer) pointsAt(pointer string) bool {
	list, _ := a.at("errors").([]any)
	for _, one := range list {
		got := answer{body: one.(map[string]any)}.str("pointer")
		if got == pointer || strings.HasPrefix(got, pointer+"/") || pointer == "#" {
			return true
		}
	}
	return false
}
