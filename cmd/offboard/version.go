package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"offboard/store"
)

// about is what this program is.
type about struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified,omitempty"` // built from a tree that differed from the revision
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Log      int    `json:"logFormat"`
}

func version() about {
	out := about{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Log: store.Version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return out
	}
	if info.Main.Version != "" {
		out.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			out.Revision = s.Value
		case "vcs.modified":
			out.Modified = s.Value == "true"
		}
	}
	return out
}

func versionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which program this is, and which format of log it writes",
		Example: `  offboard version
  offboard version --json`,
		Args: cobra.NoArgs,
	}
	asJSON := jsonFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		v := version()
		if *asJSON {
			return writeJSON(cmd.OutOrStdout(), v)
		}
		revision := v.Revision
		if revision == "" {
			revision = "not known"
		}
		if v.Modified {
			revision += " (modified)"
		}
		fmt.Fprintf(cmd.OutOrStdout(), "offboard   %s\nrevision   %s\ngo         %s %s\nlog format %d\n", v.Version, revision, v.Go, v.Platform, v.Log)
		return nil
	}
	return cmd
}

func jsonFlag(cmd *cobra.Command) *bool {
	return cmd.Flags().Bool("json", false, "print JSON, for scripts")
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
