package userapi

import "pasar/api"

// Problem codes of the user service.
const (
	CodeErased            = "user_erased"
	CodeAddressLimit      = "address_limit"
	CodePhoneInvalid      = "phone_invalid"
	CodePostalCodeInvalid = "postal_code_invalid"
	CodeCountryUnknown    = "country_unknown"
	CodeCurrencyUnknown   = "currency_unknown"
	CodePictureInvalid    = "picture_invalid"
)

// Codes lists them for the registry.
var Codes = []api.Code{
	{Name: CodeErased, Status: 410, Title: "The user has been erased"},
	{Name: CodeAddressLimit, Status: 409, Title: "No more addresses can be kept"},
	{Name: CodePhoneInvalid, Status: 422, Title: "The phone number is not valid"},
	{Name: CodePostalCodeInvalid, Status: 422, Title: "The postal code does not fit its country"},
	{Name: CodeCountryUnknown, Status: 422, Title: "There is no such country"},
	{Name: CodeCurrencyUnknown, Status: 422, Title: "The shop does not know this currency"},
	{Name: CodePictureInvalid, Status: 422, Title: "The picture cannot be used"},
}
