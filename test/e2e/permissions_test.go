package e2e_test

import (
	"sync/atomic"
	"testing"

	"pasar/api"
)

// identity is one kind of caller.
type identity struct {
	name   string
	role   string // "" for those without an account
	client *client
	owner  bool
}

// expectation is how an operation must treat a caller: it serves them, or
// refuses with a status and a code.
type expectation struct {
	served bool
	status int
	code   string
}

var (
	served      = expectation{served: true}
	signInFirst = expectation{status: 401, code: api.CodeUnauthenticated}
	forbidden   = expectation{status: 403, code: api.CodeForbidden}
	notThere    = expectation{status: 404, code: api.CodeNotFound}
)

// expected derives from the operation's declared access and the shop's table of
// roles how it must treat a caller of what belongs to somebody else, or to them.
func (w *world) expected(t *testing.T, op *operation, who identity) expectation {
	t.Helper()
	holds := who.role != "" && op.Permission != "" && w.can(t, who.role, op.Permission)
	switch op.Access {
	case "public":
		return served
	case "signed_in":
		switch {
		case who.role == "":
			return signInFirst
		case op.ID == "claim-cart" && who.client.headers["Cart-Token"] == "":
			return served // the request itself carries the token, which is all that it takes
		case op.namesResource() && !who.owner:
			return notThere
		}
		return served
	case "permission":
		switch {
		case holds:
			return served
		case who.role == "":
			return signInFirst
		}
		return forbidden
	case "owner_or":
		if who.owner || holds {
			return served
		}
		if op.ID == "list-payments" {
			if who.role == "" && who.client.headers["Cart-Token"] == "" {
				return signInFirst
			}
			return served
		}
		return notThere
	}
	t.Fatalf("the operation %s has the access %q, which this test does not know: say here who may call it", op.ID, op.Access)
	return expectation{}
}

// TestPermissions calls every operation as everybody. Whoever may not is
// refused and changes nothing; whoever may is served.
func TestPermissions(t *testing.T) { //nolint:tparallel // its steps share one shop and look for changes in it //nolint:tparallel // its stages follow each other
	t.Parallel()
	w := newWorld(t)
	probes := makeProbes(t, w)
	m := &maker{t: t, world: w}
	stranger := m.person(api.RoleCustomer)
	otherCart := m.cartOf(m.visitor(), w.variant, 1).token
	others := []identity{
		{name: "another customer", role: api.RoleCustomer, client: stranger.client},
		{name: "nobody", client: m.visitor()},
		{name: "a guest with another cart's token", client: m.visitor().with("Cart-Token", otherCart)},
		{name: "another customer with another cart's token", role: api.RoleCustomer, client: stranger.with("Cart-Token", otherCart)},
	}
	for _, role := range staffRoles {
		others = append(others, identity{name: role, role: role, client: w.staff[role].client})
	}
	before := w.keeps(t)
	var refusals, services atomic.Int64
	eachOperation(t, "refused", probes, func(t *testing.T, p probe) {
		for _, who := range others {
			if want := w.expected(t, p.op, who); !want.served {
				refusals.Add(1)
				p.requireExpected(t, who, want)
			}
		}
	})
	w.requireUnchanged(t, before, "somebody who was refused")
	eachOperation(t, "served", probes, func(t *testing.T, p probe) { services.Add(w.requireServed(t, p, others)) })
	t.Logf("%d operations, %d refusals, %d services", len(probes), refusals.Load(), services.Load())
}

// send calls the operation as somebody else than the valid request is from.
func (p probe) send(t *testing.T, who identity) answer {
	t.Helper()
	r := p.valid.wire(t, p.op)
	if p.op.ID == "claim-cart" && who.role == "" {
		delete(r.header, "Cart-Token")
	}
	return who.client.on(t).sendWire(r)
}

func (p probe) requireExpected(t *testing.T, who identity, want expectation) {
	t.Helper()
	a := p.send(t, who)
	if a.status != want.status || a.str("code") != want.code {
		t.Errorf("%s: answered %d %s, want %d %s: %.300s", who.name, a.status, a.str("code"), want.status, want.code, a.raw)
		return
	}
	requireProblem(t, who.name, a)
}

// requireServed lets everybody who may call an operation call it, each with a
// request of their own that can be carried out, and counts them.
func (w *world) requireServed(t *testing.T, p probe, others []identity) int64 {
	t.Helper()
	everybody := append([]identity{{name: "the owner", role: api.RoleCustomer, client: p.owner.client, owner: true}}, others...)
	var count int64
	for _, who := range everybody {
		if !w.expected(t, p.op, who).served {
			continue
		}
		fresh := p
		m := &maker{t: t, world: w, owner: p.owner}
		switch {
		case p.op.Access == "signed_in" && !p.op.namesResource():
			m.owner = m.person(who.role) // the operation may end or change its caller
			who.client = m.owner.client
		case who.owner:
			m.owner = m.person(api.RoleCustomer)
			who.client = m.owner.client
		}
		fresh.valid = m.fixture(p.op)
		count++
		a := fresh.send(t, who)
		if refused := fresh.valid.refused; refused != "" && a.str("code") == refused || refused == "" && a.status == p.op.Status {
			continue
		}
		t.Errorf("%s: answered %d, want %d: %.300s", who.name, a.status, p.op.Status, a.raw)
	}
	return count
}
