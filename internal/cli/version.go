package cli

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"
)

// versionCommand is `pasar version`.
type versionCommand struct {
	JSON bool `name:"json" help:"Write JSON."`
}

// build is what the Go toolchain wrote into the program.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified bool   `json:"modified,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run shows the version.
func (c versionCommand) Run(env *environment) error {
	b := readBuild()
	if c.JSON {
		e := json.NewEncoder(env.stdout)
		e.SetIndent("", "  ")
		if err := e.Encode(b); err != nil {
			return fmt.Errorf("write the version: %w", err)
		}
		return nil
	}
	if _, err := fmt.Fprintln(env.stdout, b); err != nil {
		return fmt.Errorf("write the version: %w", err)
	}
	return nil
}

func (b build) String() string {
	text := "pasar " + b.Version
	if b.Commit != "" {
		text += " (" + b.Commit[:min(12, len(b.Commit))] + ")"
	}
	return text + " " + b.Go + " " + b.Platform
}

func readBuild() build {
	b := build{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	if info.Main.Version != "" {
		b.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Time = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	return b
}
