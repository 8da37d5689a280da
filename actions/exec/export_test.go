package exec

import (
	"offboard/actions"
	"offboard/config"
)

func strict() *Client {
	return New(Config{Secrets: map[string]config.Secret{"TOKEN": config.NewSecret("token-secret-1234")}})
}

// Finding reads an answer to check.
func Finding(b []byte, pinned string) (actions.Finding, error) {
	return strict().finding(b, Action{}, pinned)
}

// Page reads an answer to list.
func Page(b []byte, asked string) (actions.Page, error) { return strict().page(b, asked) }
