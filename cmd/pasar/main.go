// Pasar is a headless shop in one program. See pasar --help.
package main

import (
	"os"

	"pasar/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
