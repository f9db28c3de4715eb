// Command generate writes the contract documents; see package document.
package main

import (
	"flag"
	"fmt"
	"os"

	"pasar/internal/app"
	"pasar/internal/contract/document"
)

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := generate(*root); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate(root string) error {
	files, err := document.Files(new(app.Config))
	if err != nil {
		return err
	}
	return document.Write(root, files)
}
