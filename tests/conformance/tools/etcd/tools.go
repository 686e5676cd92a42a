//go:build tools

// Package tools pins etcd. Kubernetes needs progress requests, which 3.4 does not answer.
package tools

import (
	_ "go.etcd.io/etcd/server/v3"
)
