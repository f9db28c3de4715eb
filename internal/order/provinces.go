package order

import "strings"

// Zone groups provinces that cost the same to reach.
type Zone string

// Zones, seen from a warehouse in Jakarta.
const (
	ZoneJakarta    Zone = "jakarta"
	ZoneJawa       Zone = "jawa"
	ZoneSumatera   Zone = "sumatera"
	ZoneBali       Zone = "bali-nusa-tenggara"
	ZoneKalimantan Zone = "kalimantan"
	ZoneSulawesi   Zone = "sulawesi"
	ZoneMaluku     Zone = "maluku"
	ZonePapua      Zone = "papua"
)

// Province is one of Indonesia's 38.
type Province struct {
	Name    string
	Zone    Zone
	Aliases []string // other spellings and English names
}

var provinces = []Province{
	{"DKI Jakarta", ZoneJakarta, []string{"Jakarta", "Daerah Khusus Jakarta"}},
	{"Banten", ZoneJawa, nil},
	{"Jawa Barat", ZoneJawa, []string{"West Java"}},
	{"Jawa Tengah", ZoneJawa, []string{"Central Java"}},
	{"DI Yogyakarta", ZoneJawa, []string{"Yogyakarta", "Daerah Istimewa Yogyakarta", "DIY", "Special Region of Yogyakarta"}},
	{"Jawa Timur", ZoneJawa, []string{"East Java"}},
	{"Aceh", ZoneSumatera, []string{"Nanggroe Aceh Darussalam"}},
	{"Sumatera Utara", ZoneSumatera, []string{"North Sumatra"}},
	{"Sumatera Barat", ZoneSumatera, []string{"West Sumatra"}},
	{"Riau", ZoneSumatera, nil},
	{"Kepulauan Riau", ZoneSumatera, []string{"Riau Islands"}},
	{"Jambi", ZoneSumatera, nil},
	{"Bengkulu", ZoneSumatera, nil},
	{"Sumatera Selatan", ZoneSumatera, []string{"South Sumatra"}},
	{"Kepulauan Bangka Belitung", ZoneSumatera, []string{"Bangka Belitung", "Bangka Belitung Islands"}},
	{"Lampung", ZoneSumatera, nil},
	{"Bali", ZoneBali, nil},
	{"Nusa Tenggara Barat", ZoneBali, []string{"NTB", "West Nusa Tenggara"}},
	{"Nusa Tenggara Timur", ZoneBali, []string{"NTT", "East Nusa Tenggara"}},
	{"Kalimantan Barat", ZoneKalimantan, []string{"West Kalimantan"}},
	{"Kalimantan Tengah", ZoneKalimantan, []string{"Central Kalimantan"}},
	{"Kalimantan Selatan", ZoneKalimantan, []string{"South Kalimantan"}},
	{"Kalimantan Timur", ZoneKalimantan, []string{"East Kalimantan"}},
	{"Kalimantan Utara", ZoneKalimantan, []string{"North Kalimantan"}},
	{"Sulawesi Utara", ZoneSulawesi, []string{"North Sulawesi"}},
	{"Gorontalo", ZoneSulawesi, nil},
	{"Sulawesi Tengah", ZoneSulawesi, []string{"Central Sulawesi"}},
	{"Sulawesi Barat", ZoneSulawesi, []string{"West Sulawesi"}},
	{"Sulawesi Selatan", ZoneSulawesi, []string{"South Sulawesi"}},
	{"Sulawesi Tenggara", ZoneSulawesi, []string{"Southeast Sulawesi"}},
	{"Maluku", ZoneMaluku, nil},
	{"Maluku Utara", ZoneMaluku, []string{"North Maluku"}},
	{"Papua", ZonePapua, nil},
	{"Papua Barat", ZonePapua, []string{"West Papua"}},
	{"Papua Barat Daya", ZonePapua, []string{"Southwest Papua"}},
	{"Papua Selatan", ZonePapua, []string{"South Papua"}},
	{"Papua Tengah", ZonePapua, []string{"Central Papua"}},
	{"Papua Pegunungan", ZonePapua, []string{"Highland Papua"}},
}

var provincesByName = func() map[string]Province {
	byName := map[string]Province{}
	for _, p := range provinces {
		byName[provinceKey(p.Name)] = p
		for _, alias := range p.Aliases {
			byName[provinceKey(alias)] = p
		}
	}
	return byName
}()

// provinceKey makes spellings that differ in case, dots and blanks equal.
func provinceKey(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(name, ".", ""))), " ")
}

func findProvince(name string) (Province, bool) {
	p, ok := provincesByName[provinceKey(name)]
	return p, ok
}
