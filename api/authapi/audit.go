package authapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations on the audit log.
var (
	ListAudit = rest.Operation[ListAuditInput, AuditList]{
		ID: "list-audit", Method: "GET", Path: "/v1/audit",
		Summary: "The audit log, newest first",
		Needs:   rest.Permission(api.PermAuditRead),
	}
	CheckAudit = rest.Operation[CheckAuditInput, AuditCheck]{
		ID: "check-audit", Method: "GET", Path: "/v1/audit/integrity",
		Summary: "Recompute the chain of the audit log and say where it breaks",
		Needs:   rest.Permission(api.PermAuditRead),
	}
)

// ListAuditInput filters the log.
type ListAuditInput struct {
	api.Paging
	Subject string `query:"subject" maxLength:"64" doc:"Id of who or what was acted on"`
	Actor   string `query:"actor" maxLength:"64" doc:"Id of who acted"`
	Action  string `query:"action" maxLength:"64" example:"login_failed"`
}

// AuditList is a page of the log.
type AuditList = api.List[AuditEntry]

// AuditEntry is one thing that happened.
type AuditEntry struct {
	ID        string            `json:"id"`
	At        time.Time         `json:"at"`
	Action    string            `json:"action"`
	ActorKind string            `json:"actor_kind" enum:"guest,user,key,service,system"`
	ActorID   string            `json:"actor_id,omitempty"`
	Subject   string            `json:"subject,omitempty"`
	IP        string            `json:"ip,omitempty"`
	UserAgent string            `json:"user_agent,omitempty"`
	Details   map[string]string `json:"details,omitempty"`
}

// CheckAuditInput is empty.
type CheckAuditInput struct{}

// AuditCheck is the outcome of walking the chain.
type AuditCheck struct {
	Intact   bool   `json:"intact"`
	Entries  int64  `json:"entries" doc:"Links that were walked"`
	Unsealed int64  `json:"unsealed" doc:"Entries of the last moments that wait for their link"`
	BrokenAt int64  `json:"broken_at,omitempty" doc:"Number of the first link that does not hold"`
	Reason   string `json:"reason,omitempty"`
	Head     string `json:"head,omitempty" doc:"Hash of the last link; keep a copy elsewhere to notice a cut end"`
}
