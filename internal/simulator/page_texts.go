package simulator

import (
	"net/http"
	"strings"
)

// languageOf is the visitor's choice, or else their browser's.
func languageOf(r *http.Request) string {
	chosen := r.URL.Query().Get("lang")
	if chosen == "" {
		chosen = r.Header.Get("Accept-Language")
	}
	if strings.HasPrefix(strings.ToLower(chosen), "en") {
		return "en"
	}
	return "id"
}

var texts = map[string]map[string]string{
	"id": {
		"title":             "Pembayaran simulasi",
		"notice":            "Ini gerbang pembayaran tiruan. Tidak ada uang sungguhan yang berpindah.",
		"amount":            "Jumlah",
		"order":             "Untuk",
		"method":            "Metode",
		"card":              "Kartu",
		"card_authorize":    "Kartu (otorisasi saja)",
		"bank_transfer":     "Transfer bank",
		"qris":              "QRIS",
		"choose":            "Apa yang harus terjadi?",
		"approve":           "Setujui",
		"decline":           "Tolak",
		"challenge":         "Minta kode (3-D Secure)",
		"abandon":           "Tinggalkan tanpa membayar",
		"va":                "Nomor virtual account",
		"paid":              "Jumlah yang ditransfer (rupiah)",
		"transfer":          "Saya sudah transfer",
		"qr":                "Isi kode QR",
		"scan":              "Saya sudah memindai dan membayar",
		"otp":               "Kode dari bank Anda",
		"otp_hint":          "Kode uji:",
		"wrong":             "Kode itu salah. Coba lagi.",
		"confirm":           "Konfirmasi",
		"back":              "Kembali ke toko",
		"result":            "Hasil",
		"status_pending":    "Belum dibayar",
		"status_authorized": "Diotorisasi: dana ditahan untuk toko",
		"status_captured":   "Pembayaran berhasil",
		"status_failed":     "Pembayaran ditolak",
		"status_cancelled":  "Pembayaran dibatalkan",
		"status_expired":    "Waktu pembayaran habis",
		"other":             "en",
		"other_name":        "English",
	},
	"en": {
		"title":             "Simulated payment",
		"notice":            "This is a make-believe payment gateway. No real money moves.",
		"amount":            "Amount",
		"order":             "For",
		"method":            "Method",
		"card":              "Card",
		"card_authorize":    "Card (authorization only)",
		"bank_transfer":     "Bank transfer",
		"qris":              "QRIS",
		"choose":            "What should happen?",
		"approve":           "Approve",
		"decline":           "Decline",
		"challenge":         "Ask for a code (3-D Secure)",
		"abandon":           "Leave without paying",
		"va":                "Virtual account number",
		"paid":              "Amount transferred (rupiah)",
		"transfer":          "I have made the transfer",
		"qr":                "Text of the QR code",
		"scan":              "I have scanned and paid",
		"otp":               "Code from your bank",
		"otp_hint":          "Test code:",
		"wrong":             "That code is wrong. Try again.",
		"confirm":           "Confirm",
		"back":              "Back to the shop",
		"result":            "Result",
		"status_pending":    "Not paid yet",
		"status_authorized": "Authorized: the money is held for the shop",
		"status_captured":   "The payment succeeded",
		"status_failed":     "The payment was declined",
		"status_cancelled":  "The payment was cancelled",
		"status_expired":    "The time to pay is over",
		"other":             "id",
		"other_name":        "Bahasa Indonesia",
	},
}
