package cli

import (
	"reflect"
	"strings"

	"github.com/alecthomas/kong"

	"pasar/internal/app"
	"pasar/internal/platform/config"
)

// configFile is read when it lies in the working directory and no other is named.
const configFile = "pasar.yaml"

// load reads the configuration from its file, the environment and the flags of
// this command line.
func (env *environment) load() (*app.Config, *config.Report, error) {
	c := new(app.Config)
	report, err := config.Load(c, config.Sources{Args: env.settings, Environ: env.environ, File: configFile})
	return c, report, err
}

// addSettings gives each command tagged settings one flag per setting of
// app.Config. Kong then does help and suggestions; package config stays the
// one that knows types, sources and their order, and gets what was given.
func (env *environment) addSettings(k *kong.Kong) error {
	settings, err := config.Describe(new(app.Config))
	if err != nil {
		return err
	}
	file := config.Setting{Key: "config", Env: "PASAR_CONFIG", Help: "configuration file", Default: configFile}
	settings = append([]config.Setting{file}, settings...)
	return kong.Visit(k.Model.Node, func(v kong.Visitable, next kong.Next) error {
		if node, ok := v.(*kong.Node); ok && node.Tag != nil && node.Tag.Has("settings") {
			for _, s := range settings {
				node.Flags = append(node.Flags, env.flag(s))
			}
		}
		return next(nil)
	})
}

var settingsGroup = &kong.Group{
	Key:         "settings",
	Title:       "Settings:",
	Description: "Each may also stand in pasar.yaml or in the environment. Flags win over the environment, the environment wins over the file.",
}

func (env *environment) flag(s config.Setting) *kong.Flag {
	var value string
	flag := &kong.Flag{Group: settingsGroup, PlaceHolder: placeholder(s), Value: &kong.Value{
		Name:   s.Key,
		Help:   s.Help + " ($" + s.Env + ")",
		Tag:    &kong.Tag{},
		Target: reflect.ValueOf(&value).Elem(),
		Mapper: settingMapper{env: env, setting: s},
	}}
	flag.Value.OrigHelp = flag.Value.Help
	flag.Value.Flag = flag
	return flag
}

func placeholder(s config.Setting) string {
	switch {
	case s.Default != "":
		return s.Default
	case strings.HasSuffix(s.Key, "url"):
		return "URL"
	case s.Secret:
		return "SECRET"
	default:
		return "TEXT"
	}
}

// settingMapper hands a flag's text on to package config, unread.
type settingMapper struct {
	env     *environment
	setting config.Setting
}

// IsBool lets boolean flags stand without a value.
func (m settingMapper) IsBool() bool { return m.setting.IsBool() }

// Decode implements kong.Mapper.
func (m settingMapper) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	text := "true"
	if !m.IsBool() || ctx.Scan.Peek().Type == kong.FlagValueToken {
		token, err := ctx.Scan.PopValue("value")
		if err != nil {
			return err
		}
		text = token.String()
	}
	target.SetString(text)
	m.env.settings = append(m.env.settings, "--"+m.setting.Key+"="+text)
	return nil
}
