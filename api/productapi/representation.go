package productapi

import "hash/fnv"

// versionBits is how far a product's row version is shifted in its ETag. The
// low bits tell apart what one version looks like to different readers, at
// different times: stock moves without a new version, and a strong ETag must
// not call two bodies equal.
const versionBits = 32

// ResourceVersion is the ETag: the row version, and the representation beside
// it when the server has said which.
func (p Product) ResourceVersion() int64 {
	if p.represented == 0 {
		return p.Version
	}
	return p.Version<<versionBits | p.represented
}

// ResourcePath names the product.
func (p Product) ResourcePath() string { return "/v1/products/" + p.ID }

// RowVersion returns the row version that an If-Match version of a product
// means: both the ETag and the bare version field are understood.
func RowVersion(ifMatch int64) int64 {
	if ifMatch>>versionBits > 0 {
		return ifMatch >> versionBits
	}
	return ifMatch
}

// Ready returns p with its JSON made, for answering many readers at little
// cost. The JSON must be that of p.
func (p Product) Ready(encoded []byte) *Product {
	sum := fnv.New32a()
	_, _ = sum.Write(encoded) // a hash never fails
	p.represented = max(1, int64(sum.Sum32()))
	p.ready = encoded
	return &p
}

// EncodedJSON returns the JSON that Ready was given, nil when there is none.
func (p *Product) EncodedJSON() []byte { return p.ready }

// Ready returns l with its JSON made.
func (l ProductList) Ready(encoded []byte) *ProductList {
	l.ready = encoded
	return &l
}

// EncodedJSON returns the JSON that Ready was given, nil when there is none.
func (l *ProductList) EncodedJSON() []byte { return l.ready }
