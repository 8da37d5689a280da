package pack

import (
	"strings"
	"time"

	"offboard/store"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework
// (https://schema.ocsf.io/1.8.0) that the events are written in. Its classes are
// there since 1.0; 1.9 deprecates Account Change and User Access Management in
// favour of User Management, which no released version has.
const ocsfVersion = "1.8.0"

// ocsfClass is an event class of the category Identity & Access Management.
type ocsfClass struct {
	uid        int
	name       string
	activities map[int]string
}

var (
	accountChange = ocsfClass{3001, "Account Change", map[int]string{2: "Enable", 4: "Password Reset", 5: "Disable", 6: "Delete", 99: "Other"}}
	entityManaged = ocsfClass{3004, "Entity Management", map[int]string{1: "Create", 2: "Read", 3: "Update"}}
	userAccess    = ocsfClass{3005, "User Access Management", map[int]string{1: "Assign Privileges", 2: "Revoke Privileges"}}
)

type ocsfEvent struct {
	ActivityID   int            `json:"activity_id"`
	ActivityName string         `json:"activity_name"`
	CategoryUID  int            `json:"category_uid"`
	CategoryName string         `json:"category_name"`
	ClassUID     int            `json:"class_uid"`
	ClassName    string         `json:"class_name"`
	TypeUID      int            `json:"type_uid"`
	TypeName     string         `json:"type_name"`
	Time         int64          `json:"time"` // milliseconds
	SeverityID   int            `json:"severity_id"`
	Severity     string         `json:"severity"`
	StatusID     int            `json:"status_id"`
	Status       string         `json:"status"`
	StatusDetail string         `json:"status_detail,omitempty"`
	Message      string         `json:"message"`
	Metadata     ocsfMetadata   `json:"metadata"`
	Actor        ocsfActor      `json:"actor"`
	User         *ocsfUser      `json:"user,omitempty"`
	Privileges   []string       `json:"privileges,omitempty"`
	Entity       *ocsfEntity    `json:"entity,omitempty"`
	Comment      string         `json:"comment,omitempty"`
	Unmapped     map[string]any `json:"unmapped"`
}

type ocsfMetadata struct {
	Version        string      `json:"version"`
	Product        ocsfProduct `json:"product"`
	UID            string      `json:"uid"`
	EventCode      string      `json:"event_code"`
	CorrelationUID string      `json:"correlation_uid"`
	LogName        string      `json:"log_name"`
	Sequence       uint64      `json:"sequence"`
	OriginalTime   string      `json:"original_time"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version,omitempty"`
}

type ocsfActor struct {
	User    *ocsfUser `json:"user,omitempty"`
	AppName string    `json:"app_name"`
}

type ocsfUser struct {
	UID      string `json:"uid,omitempty"`
	UIDAlt   string `json:"uid_alt,omitempty"`
	Name     string `json:"name,omitempty"`
	FullName string `json:"full_name,omitempty"`
	Domain   string `json:"domain,omitempty"`
	TypeID   int    `json:"type_id"`
	Type     string `json:"type"`
}

type ocsfEntity struct {
	UID    string    `json:"uid"`
	Name   string    `json:"name"`
	Type   string    `json:"type"`
	TypeID int       `json:"type_id"`
	User   *ocsfUser `json:"user,omitempty"`
}

// ocsfJSON writes one event for each entry of the cases: what was done to an
// account or to access as that, all else as a change of the case.
func ocsfJSON(m *model) ([]byte, error) {
	return jsonLines(func(yield func(ocsfEvent) bool) {
		for _, k := range m.cases {
			// As the case was at each entry: a later plan may name steps alike.
			var c store.Case
			for _, e := range k.entries {
				c = c.Apply(e.Event)
				if !yield(m.event(c, e)) {
					return
				}
			}
		}
	})
}

func (m *model) event(c store.Case, entry store.Entry) ocsfEvent {
	e := entry.Event
	h := leaf(entry)
	out := ocsfEvent{
		CategoryUID: 3, CategoryName: "Identity & Access Management", Time: e.At.UnixMilli(), Message: m.words(e),
		SeverityID: 1, Severity: "Informational", StatusID: 1, Status: "Success",
		Metadata: ocsfMetadata{
			Version: ocsfVersion, Product: ocsfProduct{"Offboard", "Offboard", m.Manifest.Program}, UID: h.String(), EventCode: kindOf(entry),
			CorrelationUID: string(c.ID), LogName: store.Origin, Sequence: e.Seq, OriginalTime: e.At.Format(time.RFC3339Nano),
		},
		Actor:    m.actor(e.Actor),
		Unmapped: map[string]any{"entry": e.Seq, "case": c.ID, "leaf_hash": h.String()},
	}
	class, activity := entityManaged, 3
	plan, step, failed := stepOf(e.Body)
	if s := c.Plan(plan).Step(step); s.ID != "" && s.Manual == nil {
		class, activity = classify(c.Plan(plan).Kind, s)
		sm := m.step(c, c.Plan(plan), s)
		out.User = m.user(c.Person)
		out.User.Domain, out.User.UIDAlt = s.System, sm.accountID
		if sm.login != "" {
			out.User.Name = sm.login
		}
		if s.Admin {
			out.User.TypeID, out.User.Type = 2, "Admin"
		}
		if class.uid == userAccess.uid {
			for _, i := range sm.items {
				out.Privileges = append(out.Privileges, i.Held.Label)
			}
		}
		out.Unmapped["plan"], out.Unmapped["step"], out.Unmapped["state"] = plan, s.ID, s.State
		if f, ok := e.Body.(store.Finished); ok && f.Accepted {
			out.StatusID, out.Status, out.StatusDetail = 99, "Accepted", "the system accepted the order; not proven"
		}
	} else {
		switch e.Body.(type) {
		case store.Drafted:
			activity = 1
		case store.Exported, store.Viewed:
			activity = 2
		}
		out.Entity = &ocsfEntity{UID: string(c.ID), Name: string(c.ID), Type: "Offboarding case", TypeID: 99, User: m.user(c.Person)}
		for _, t := range m.shown(e) {
			out.Comment = strings.TrimSpace(out.Comment + " " + t.Text)
		}
	}
	if failed {
		out.StatusID, out.Status, out.SeverityID, out.Severity = 2, "Failure", 3, "Medium"
	}
	switch e.Body.(type) {
	case store.Disowned, store.Returned:
		out.SeverityID, out.Severity = 4, "High"
	}
	out.ClassUID, out.ClassName, out.ActivityID, out.ActivityName = class.uid, class.name, activity, class.activities[activity]
	out.TypeUID, out.TypeName = class.uid*100+activity, class.name+": "+class.activities[activity]
	return out
}

// stepOf is the step that an event says the result of.
func stepOf(b store.Body) (plan int, step store.StepID, failed bool) {
	switch b := b.(type) {
	case store.Finished:
		return b.Plan, b.Step, false
	case store.Failed:
		return b.Plan, b.Step, b.Why != store.Works
	case store.ConfirmedBy:
		return b.Plan, b.Step, false
	}
	return 0, "", false
}

// classify says what a step does in the words of the schema.
func classify(kind store.PlanKind, s store.Step) (ocsfClass, int) {
	back := kind == store.Restore
	switch {
	case s.LockOut && back:
		return accountChange, 2
	case s.LockOut:
		return accountChange, 5
	case s.Action == "password":
		return accountChange, 4
	case s.Action == "delete":
		return accountChange, 6
	case len(s.Items) > 0 && back:
		return userAccess, 1
	case len(s.Items) > 0:
		return userAccess, 2
	}
	return accountChange, 99
}

func (m *model) actor(a store.Actor) ocsfActor {
	out := ocsfActor{AppName: "Offboard via " + line(a.Via)}
	if user, ok := a.OperatorUser(); ok {
		out.User = &ocsfUser{Name: line(user), TypeID: 2, Type: "Admin"}
	}
	if a.Person != "" {
		out.User = m.user(a.Person)
	}
	return out
}

func (m *model) user(id store.PersonID) *ocsfUser {
	out := &ocsfUser{UID: string(id), Name: string(id), TypeID: 1, Type: "User"}
	if name := m.name(id); name != string(id) {
		out.FullName, out.Name = name, name
	}
	if card, ok := m.cards[id]; ok && card.Login != "" {
		out.Name = line(card.Login)
	}
	return out
}
