//go:build tools

// Package tools pins an older stock kubectl: the last one that sends no protobuf bodies.
package tools

import _ "k8s.io/kubernetes/cmd/kubectl"
