package main

import (
	"encoding/json"
	"errors"

	"offboard/commands/batch"
	"offboard/store"
)

// What goes over the control socket: HTTP, and in every answer but a backup's
// and an export's one JSON frame a line, the last of which has the result or the error.

const (
	pathVerify = "/v1/verify"
	pathShow   = "/v1/show"
	pathLink   = "/v1/link"
	pathImport = "/v1/import"
	pathBackup = "/v1/backup"
	pathExport = "/v1/export"
	pathReport = "/v1/report"
	pathReady  = "/v1/ready"
	pathReload = "/v1/reload"
	pathSweep  = "/v1/sweep"

	pathReconcile = "/v1/reconcile"
)

// versionHead is the header in which a server says which program it is.
const versionHead = "Offboard-Version"

// maxCheckpoints is how much of a file with checkpoints is read, in bytes. An
// append-only file with one an hour grows by about 2 MiB a year.
const maxCheckpoints = 4 << 20

// maxRequest bounds what is read of a request: a list of leavers is the longest,
// and JSON may make six bytes of one.
const maxRequest = 6*batch.MaxSize + 64<<10

type frame struct {
	Done   int64           `json:"done,omitempty"`
	Total  int64           `json:"total,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  string          `json:"error,omitempty"`
	Code   int             `json:"code,omitempty"`
}

func resultFrame(v any, err error) frame {
	if err == nil {
		var b []byte
		if b, err = json.Marshal(v); err == nil {
			return frame{Result: b}
		}
	}
	return frame{Error: err.Error(), Code: exitCode(err)}
}

// err is the error of a frame as the command at the other end reports it.
func (f frame) err() error {
	switch f.Code {
	case codeUsage:
		return errors.New(f.Error)
	case codeRefused:
		return &store.Refused{Code: store.NotYours, Text: f.Error}
	case codeUnsafe:
		return &coded{codeUnsafe, errors.New(f.Error)}
	}
	return broken(errors.New(f.Error)) // also without a code, or with one of another program: an error never ends with 0
}

// verifyRequest and showRequest are what verify and show are asked with.
type (
	verifyRequest struct {
		Checkpoints []string `json:"checkpoints"`
	}
	showRequest struct {
		Subject string `json:"subject"`
	}
)
