//go:build tools

// Package tools pins the controller of Flux that builds and applies kustomizations.
package tools

import (
	_ "github.com/fluxcd/kustomize-controller"
)
