package document

import (
	"fmt"
	"strings"

	"pasar/internal/platform/config"
)

func settingsPage(settings any) (File, error) {
	list, err := config.Describe(settings)
	if err != nil {
		return File{}, fmt.Errorf("document: %w", err)
	}
	p := newPage("Settings")
	p.say("Each may stand in the configuration file, in the environment or on the command line; the later wins. " +
		"The setting `database.url` is the key `url` below `database` in the file, the variable `PASAR_DATABASE_URL` and the flag `--database.url`. " +
		"The file is the one that `--config` or `PASAR_CONFIG` names. `pasar config show` tells what is in force and where it came from; `pasar config schema` writes the JSON Schema of the file.")
	p.say("Secrets are shown as `***`, and may also be given as a file: `PASAR_DATABASE_URL_FILE=/run/secrets/db`. A name that is not a setting stops the program and names the nearest one.")
	section, rows := "", [][]string(nil)
	flush := func() {
		if len(rows) > 0 {
			p.table([]string{"Setting", "Variable", "Value", "Default", "Meaning"}, rows)
		}
		rows = nil
	}
	for _, s := range list {
		if top := sectionOf(s.Key); top != section {
			flush()
			section = top
			p.say("## %s", top)
		}
		rows = append(rows, []string{code(s.Key), code(s.Env), valueOf(s), code(s.Default), s.Help})
	}
	flush()
	return p.file("settings.md"), nil
}

// sectionOf names the chapter of a setting; those without a section are general.
func sectionOf(key string) string {
	section, _, nested := strings.Cut(key, ".")
	if !nested {
		return "general"
	}
	return section
}

func valueOf(s config.Setting) string {
	if s.Secret {
		return s.Kind + "; secret"
	}
	return s.Kind
}
