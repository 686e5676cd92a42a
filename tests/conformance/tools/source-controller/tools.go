//go:build tools

// Package tools pins the controller of Flux that fetches repositories.
package tools

import (
	_ "github.com/fluxcd/source-controller"
)
