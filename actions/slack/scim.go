package slack

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// scimUser is an account as SCIM shows it.
type scimUser struct {
	ID         string      `json:"id"`
	Active     bool        `json:"active"`
	Emails     []scimEmail `json:"emails"`
	Enterprise struct {
		Number string `json:"employeeNumber"`
	} `json:"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`
}

type scimEmail struct {
	Value string `json:"value"`
}

func (u scimUser) has(mail string) bool {
	return slices.ContainsFunc(u.Emails, func(e scimEmail) bool { return strings.EqualFold(e.Value, mail) })
}

// provisioned reads an account by SCIM. It returns nil and the reason in words
// where SCIM may not be used or does not know the account.
func (w *workspace) provisioned(ctx context.Context, id string) (*scimUser, string, error) {
	if w.admin == nil {
		return nil, w.noAdm, nil
	}
	var u scimUser
	err := w.scim(ctx, http.MethodGet, "Users/"+url.PathEscape(id), nil, &u)
	if why := refusal(err); why != "" {
		return nil, why, nil
	}
	if err != nil {
		return nil, "", err
	}
	return &u, "", nil
}

// searchMax is how many accounts are asked for. Addresses are unique, so more
// than one or two mean that the filter was not applied.
const searchMax = 10

// search finds accounts by address, deactivated ones too. The second result
// says why it could not, in words.
//
// Slack documents the filter for SCIM 1.1 and keeps silent about 2.0, so what
// comes back is compared here: an ignored filter must not name strangers.
func (w *workspace) search(ctx context.Context, mail string) ([]scimUser, string, error) {
	if w.admin == nil {
		return nil, w.noAdm, nil
	}
	quoted, err := json.Marshal(mail)
	if err != nil {
		return nil, "", err
	}
	var out struct {
		Total     int        `json:"totalResults"`
		Resources []scimUser `json:"Resources"`
	}
	query := url.Values{"filter": {"email eq " + string(quoted)}, "count": {strconv.Itoa(searchMax)}}
	err = w.scim(ctx, http.MethodGet, "Users?"+query.Encode(), nil, &out)
	if why := refusal(err); why != "" {
		return nil, why, nil
	}
	if err != nil {
		return nil, "", err
	}
	found := slices.DeleteFunc(out.Resources, func(u scimUser) bool { return u.ID == "" || !u.has(mail) })
	if out.Total > searchMax {
		return found, "SCIM did not search by address", nil
	}
	return found, "", nil
}

// setActive deactivates an account, or activates it again.
func (w *workspace) setActive(ctx context.Context, id string, active bool) error {
	return w.scim(ctx, http.MethodPatch, "Users/"+url.PathEscape(id), map[string]any{
		"schemas":    []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"},
		"Operations": []any{map[string]any{"op": "replace", "path": "active", "value": active}},
	}, nil)
}
