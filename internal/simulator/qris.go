package simulator

import (
	"fmt"
	"strconv"
	"strings"
)

// qris makes the text of a dynamic QRIS code: EMVCo tag-length-value, ending in
// a CRC over everything before it, the tag and length of the CRC included.
func qris(id string, amount int64) string {
	var b strings.Builder
	put := func(tag, value string) { fmt.Fprintf(&b, "%s%02d%s", tag, len(value), value) }
	put("00", "01")
	put("01", "12") // for one payment only
	put("26", "0015ID.CO.SIMULATOR")
	put("52", "5411")
	put("53", "360") // IDR
	put("54", strconv.FormatInt(amount, 10))
	put("58", "ID")
	put("59", "PASAR SIMULATOR")
	put("60", "JAKARTA")
	put("62", fmt.Sprintf("05%02d%s", 25, id[len(id)-25:]))
	b.WriteString("6304")
	return b.String() + fmt.Sprintf("%04X", crc16([]byte(b.String())))
}

// crc16 is CRC-16/CCITT-FALSE.
func crc16(data []byte) uint16 {
	crc := uint16(0xFFFF)
	for _, c := range data {
		crc ^= uint16(c) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}
