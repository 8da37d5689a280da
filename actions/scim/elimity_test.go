package scim_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	server "github.com/elimity-com/scim"
	scimerrors "github.com/elimity-com/scim/errors"
	"github.com/elimity-com/scim/optional"
	"github.com/elimity-com/scim/schema"

	"offboard/actions"
	"offboard/actions/actionstest"
	"offboard/actions/scim"
	"offboard/actions/scim/scimtest"
)

// kept is what somebody else's server keeps: only its protocol is its own, what a
// PATCH changes is the work of whoever uses it.
type kept struct {
	mu     sync.Mutex
	all    map[string]server.ResourceAttributes
	writes int
}

func (k *kept) shown(id string) server.Resource {
	b, _ := json.Marshal(k.all[id])
	var a server.ResourceAttributes
	_ = json.Unmarshal(b, &a)
	return server.Resource{ID: id, ExternalID: optional.String{}, Attributes: a}
}

func (k *kept) Create(*http.Request, server.ResourceAttributes) (server.Resource, error) {
	return server.Resource{}, scimerrors.ScimErrorMutability
}

func (k *kept) Get(_ *http.Request, id string) (server.Resource, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all[id] == nil {
		return server.Resource{}, scimerrors.ScimErrorResourceNotFound(id)
	}
	return k.shown(id), nil
}

func (k *kept) GetAll(_ *http.Request, p server.ListRequestParams) (server.Page, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var found []server.Resource
	for _, id := range slices.Sorted(maps.Keys(k.all)) {
		r := k.shown(id)
		if p.FilterValidator == nil || p.FilterValidator.PassesFilter(r.Attributes) == nil {
			found = append(found, r)
		}
	}
	from := min(p.StartIndex-1, len(found))
	return server.Page{TotalResults: len(found), Resources: found[from:min(from+p.Count, len(found))]}, nil
}

func (k *kept) Replace(_ *http.Request, id string, a server.ResourceAttributes) (server.Resource, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.writes++
	k.all[id] = a
	return k.shown(id), nil
}

func (k *kept) Delete(_ *http.Request, id string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.writes++
	if k.all[id] == nil {
		return scimerrors.ScimErrorResourceNotFound(id)
	}
	delete(k.all, id)
	return nil
}

func (k *kept) Patch(_ *http.Request, id string, ops []server.PatchOperation) (server.Resource, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.writes++
	a := k.all[id]
	if a == nil {
		return server.Resource{}, scimerrors.ScimErrorResourceNotFound(id)
	}
	for _, op := range ops {
		members, _ := a["members"].([]any)
		switch {
		case op.Path == nil:
			for name, v := range op.Value.(map[string]any) {
				a[name] = v
			}
		case op.Path.ValueExpression != nil && op.Op == "remove":
			a["members"] = slices.DeleteFunc(members, func(m any) bool {
				return strings.Contains(op.Path.String(), `"`+m.(map[string]any)["value"].(string)+`"`)
			})
		case op.Op == "add":
			for _, m := range op.Value.([]any) {
				a["members"] = append(members, map[string]any{"value": m.(map[string]any)["value"]})
			}
		case op.Op == "remove": // the naive one: everybody goes
			a["members"] = []any{}
		default:
			a[op.Path.String()] = op.Value
		}
	}
	return k.shown(id), nil
}

// elimity is a second server, written by others.
func elimity(action string) (*actionstest.World, error) {
	people := &kept{all: map[string]server.ResourceAttributes{}}
	for id, u := range map[string][3]string{"1": {"jane", "jane@lumen.example", "1042"}, "2": {"adm-jane", "jane@lumen.example", "1042"}, "3": {"bo", "bo@lumen.example", "1043"}} {
		people.all[id] = server.ResourceAttributes{
			"userName": u[0], "active": action != "delete", "emails": []any{map[string]any{"value": u[1], "primary": true}}, enterprise: map[string]any{"employeeNumber": u[2]},
		}
	}
	teams := &kept{all: map[string]server.ResourceAttributes{}}
	for id, members := range map[string][]string{"g1": {"1", "3"}, "g2": {"1"}, "g3": {"2", "3"}} {
		var list []any
		for _, m := range members {
			list = append(list, map[string]any{"value": m})
		}
		teams.all[id] = server.ResourceAttributes{"displayName": "Team " + id, "members": list}
	}
	s, err := server.NewServer(&server.ServerArgs{
		ServiceProviderConfig: &server.ServiceProviderConfig{MaxResults: 200, SupportFiltering: true, SupportPatch: true},
		ResourceTypes: []server.ResourceType{
			{ID: optional.NewString("User"), Name: "User", Endpoint: "/Users", Schema: schema.CoreUserSchema(), SchemaExtensions: []server.SchemaExtension{{Schema: schema.ExtensionEnterpriseUser()}}, Handler: people},
			{ID: optional.NewString("Group"), Name: "Group", Endpoint: "/Groups", Schema: schema.CoreGroupSchema(), Handler: teams},
		},
	})
	if err != nil {
		return nil, err
	}
	var refuse, busy atomic.Bool
	at := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer "+scimtest.Token:
			w.WriteHeader(http.StatusUnauthorized)
		case busy.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
		case refuse.Load() && r.Method != http.MethodGet:
			w.WriteHeader(http.StatusForbidden)
		default:
			s.ServeHTTP(w, r)
		}
	}))
	cfg := settings(&scimtest.Server{URL: at.URL})
	cfg.URL = at.URL + "/v2"
	c, err := scim.New(cfg)
	if err != nil {
		return nil, err
	}
	return &actionstest.World{
		Person: jane, Stranger: none, Other: bo, Refuse: refuse.Store, Busy: busy.Store, Secrets: []string{scimtest.Token}, Close: at.Close,
		Spec: func() actions.Spec { return specOf(c.System("app", "App").Actions, action) },
		Snapshot: func() (string, error) {
			people.mu.Lock()
			teams.mu.Lock()
			defer people.mu.Unlock()
			defer teams.mu.Unlock()
			for _, g := range teams.all { // members are a set
				if m, ok := g["members"].([]any); ok {
					slices.SortFunc(m, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
				}
			}
			b, err := json.MarshalIndent([]any{people.all, teams.all}, "", " ")
			return string(b), err
		},
		Writes: func() (string, error) { return fmt.Sprint(people.writes, teams.writes), nil },
	}, nil
}

// Every action passes the suite on a server that others have written: it ignores
// attributes it does not search by, and knows no versions.
func TestElimity(t *testing.T) {
	for _, action := range []string{"deactivate", "groups", "delete"} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			actionstest.Action(t, actionstest.Kit{New: func() (*actionstest.World, error) { return elimity(action) }})
		})
	}
}
