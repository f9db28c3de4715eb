package notify_test

import (
	"testing"

	"pasar/internal/platform/sqldb/sqldbtest"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }
