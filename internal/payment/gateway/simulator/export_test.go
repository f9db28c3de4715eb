package simulator

// For the tests of the unit alone.
var (
	ToUnits   = toUnits
	FromUnits = fromUnits
)
