package contract

import (
	"reflect"

	"pasar/api/authapi"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/api/productapi"
	"pasar/api/userapi"
	"pasar/internal/platform/events"
)

// Event is one type of event and the shape of its data.
type Event struct {
	Service string
	Type    string // "pasar.order.placed.v1", also the NATS subject
	Summary string
	Data    reflect.Type
}

// Events lists every type of event in the shop, service by service.
func Events() []Event {
	var all []Event
	for _, s := range services {
		all = append(all, s.Events...)
	}
	return all
}

func event[D any](service string, t events.Type[D]) Event {
	return Event{Service: service, Type: t.Name, Summary: t.Summary, Data: reflect.TypeFor[D]()}
}

func authEvents() []Event {
	const service = "auth"
	return []Event{
		event(service, authapi.AccountRegistered),
		event(service, authapi.RegistrationRepeated),
		event(service, authapi.VerificationRequested),
		event(service, authapi.PasswordResetRequested),
		event(service, authapi.PasswordChanged),
		event(service, authapi.UnknownAddressAsked),
		event(service, authapi.EmailVerified),
		event(service, authapi.AccessRevoked),
	}
}

func userEvents() []Event {
	const service = "user"
	return []Event{
		event(service, userapi.ProfileChanged),
		event(service, userapi.Erased),
	}
}

func productEvents() []Event {
	const service = "product"
	return []Event{
		event(service, productapi.ProductChanged),
		event(service, productapi.StockChanged),
		event(service, productapi.StockShort),
		event(service, productapi.ImageUploaded),
	}
}

func orderEvents() []Event {
	const service = "order"
	return []Event{
		event(service, orderapi.OrderPlaced),
		event(service, orderapi.OrderConfirmed),
		event(service, orderapi.OrderCancelled),
		event(service, orderapi.OrderExpired),
		event(service, orderapi.OrderRefunded),
		event(service, orderapi.OrderFulfilled),
		event(service, orderapi.RefundDue),
	}
}

func paymentEvents() []Event {
	const service = "payment"
	return []Event{
		event(service, paymentapi.PaymentCaptured),
		event(service, paymentapi.PaymentFailed),
		event(service, paymentapi.PaymentRefunded),
		event(service, paymentapi.RefundFailed),
		event(service, paymentapi.WebhookReceived),
	}
}
