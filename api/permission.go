package api

// Permissions are "resource:action". Roles are data and live in the auth
// service; these are the words that operations may ask for.
const (
	PermUserRead       = "user:read"
	PermUserWrite      = "user:write"
	PermRoleManage     = "role:manage"
	PermKeyManage      = "key:manage"
	PermSessionManage  = "session:manage"
	PermAuditRead      = "audit:read"
	PermProductRead    = "product:read"
	PermProductWrite   = "product:write"
	PermCategoryWrite  = "category:write"
	PermStockRead      = "stock:read"
	PermStockWrite     = "stock:write"
	PermOrderRead      = "order:read"
	PermOrderWrite     = "order:write"
	PermOrderFulfil    = "order:fulfil"
	PermPaymentRead    = "payment:read"
	PermPaymentCapture = "payment:capture"
	PermRefundCreate   = "refund:create"
	PermLedgerRead     = "ledger:read"
)

// Roles that exist from the first start. A customer holds no permission: what
// is theirs is theirs by ownership.
const (
	RoleCustomer   = "customer"
	RoleSupport    = "support"
	RoleCatalog    = "catalog"
	RoleFulfilment = "fulfilment"
	RoleFinance    = "finance"
	RoleAdmin      = "admin"
)

// Scopes of service API keys: which sibling's internal operations they open.
const (
	ScopeAuthInternal    = "internal:auth"
	ScopeUserInternal    = "internal:user"
	ScopeProductInternal = "internal:product"
	ScopeOrderInternal   = "internal:order"
	ScopePaymentInternal = "internal:payment"
)
