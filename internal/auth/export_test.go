package auth

// Compared tells how often a password was compared, the costly step whose
// number must not depend on what is known.
func Compared(s *Service) uint64 { return s.hasher.compared.Load() }
