package simulator

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"pasar/internal/platform/secret"
)

const maxBody = 64 << 10

func (s *Simulator) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /charges", s.merchant(s.createCharge))
	mux.HandleFunc("GET /charges/{id}", s.merchant(s.getCharge))
	mux.HandleFunc("POST /charges/{id}/capture", s.merchant(s.captureCharge))
	mux.HandleFunc("POST /charges/{id}/cancel", s.merchant(s.cancelCharge))
	mux.HandleFunc("POST /charges/{id}/refunds", s.merchant(s.createRefund))
	mux.HandleFunc("POST /charges/{id}/refunds/{refund}/settle", s.merchant(s.settleRefund))
	if s.config.Control {
		mux.HandleFunc("GET /control", s.merchant(s.getControl))
		mux.HandleFunc("POST /control", s.merchant(s.setControl))
	}
	mux.HandleFunc("GET /pay/{token}", s.showPage)
	mux.HandleFunc("POST /pay/{token}", s.act)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.writeError(w, refuse(http.StatusNotFound, "not_found", "There is nothing here."))
	})
	return mux
}

// merchant guards what only the merchant may do, and writes the answer. It
// keeps the answer back where the gateway is told to be slow: the work is done
// by then.
func (s *Simulator) merchant(serve func(r *http.Request) (status int, answer any, err error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || !s.config.APIKey.Equal(secret.New(key)) {
			s.writeError(w, refuse(http.StatusUnauthorized, "unauthorized", "Send the API key as Authorization: Bearer."))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		status, answer, err := serve(r)
		if err != nil {
			s.writeError(w, err)
			return
		}
		if c, ok := answer.(*charge); ok {
			if r.Method == http.MethodPost {
				_, _ = io.Copy(io.Discard, r.Body) // bounded; only then is a caller's going away noticed
				hold(r.Context(), s.behaviourOf(c))
			}
			answer = c.Charge
		}
		writeJSON(w, status, answer)
	}
}

func (s *Simulator) writeError(w http.ResponseWriter, err error) {
	var no *refusal
	switch {
	case errors.As(err, &no):
	case errors.Is(err, errNotFound):
		no = &refusal{status: http.StatusNotFound, code: "charge_not_found", message: "There is no such charge."}
	case errors.Is(err, context.Canceled):
		return // nobody is there to read it
	default:
		s.config.Log.Error("the simulator failed", "error", err)
		no = &refusal{status: http.StatusInternalServerError, code: "internal", message: "Something went wrong."}
	}
	writeJSON(w, no.status, map[string]any{"error": map[string]string{"code": no.code, "message": no.message}})
}

func writeJSON(w http.ResponseWriter, status int, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // the types are ours and can be encoded
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller that has gone cannot be told
}

func readJSON(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return refuse(http.StatusBadRequest, "body_invalid", "The body cannot be read: %v", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return refuse(http.StatusBadRequest, "body_invalid", "The body has more than one value.")
	}
	return nil
}

func newID(prefix string) string {
	raw := make([]byte, 16)
	rand.Read(raw) // never fails: the runtime stops the program instead
	return prefix + "_" + hex.EncodeToString(raw)
}
