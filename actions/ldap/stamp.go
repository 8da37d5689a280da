package ldap

import (
	"context"
	"errors"
	"slices"
	"strings"

	"offboard/actions"
)

// mark writes into the description that the person has left, with the number of
// the case, for who meets the account elsewhere.
type mark struct{ *Client }

const (
	description = "description"
	left        = "Left the company ("
	// maxDescription is the most that Active Directory takes (rangeUpper of
	// Description in its schema).
	maxDescription = 1024
)

// caseOf is the number of the case in the key of an attempt.
func caseOf(key string) string {
	id, _, _ := strings.Cut(key, ":")
	return id
}

// Check holds the description until it says so of this case. Without an
// attempt that has a number, of any case.
func (m mark) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return m.check(ctx, "read the description", t, func(s *session, a account, f *actions.Finding) error {
		value, _, err := s.description(a)
		if err != nil || marked(value, caseOf(t.Key)) {
			return err
		}
		f.Items = append(f.Items, actions.Item{
			ID: description, Account: a.ID, Label: "the description of " + a.Login, Before: before{Value: value}.String(),
		})
		return nil
	})
}

// marked: with a case, the mark is of this case.
func marked(value, id string) bool {
	rest, ours := strings.CutPrefix(value, left)
	return ours && (id == "" || strings.HasPrefix(rest, id+")"))
}

// description reads the value that is marked, or else the first, and all.
// Active Directory keeps one only; elsewhere they come in any order.
func (s *session) description(a account) (value string, all []string, err error) {
	e, err := s.read(a.dn(), description)
	if err != nil || e == nil {
		return "", nil, err
	}
	all = e.GetEqualFoldAttributeValues(description)
	for _, v := range all {
		if marked(v, "") {
			return v, all, nil
		}
	}
	return get(e, description), all, nil
}

// Do puts the mark before what is written there.
func (m mark) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return m.act(ctx, "mark the description", t, func(s *session, a account) (string, error) {
		if !t.Wants(description) {
			return nothingAsked, nil
		}
		value, _, err := s.description(a)
		if err != nil {
			return "", err
		}
		id := caseOf(t.Key)
		if marked(value, id) {
			return "it is marked already", nil
		}
		text := []rune(strings.TrimSpace(left + id + ") " + value))
		return s.swap(a, description, value, string(text[:min(len(text), maxDescription)]))
	})
}

// Undo gives back what was written there, unless somebody has written something
// else since.
func (m mark) Undo(ctx context.Context, t actions.Target, found actions.Finding) (actions.Evidence, error) {
	return m.act(ctx, "give the description back", t, func(s *session, a account) (string, error) {
		b, asked, err := former(t, found)
		if err != nil || !asked {
			return nothingAsked, err
		}
		value, all, err := s.description(a)
		switch {
		case err != nil:
			return "", err
		case value == b.Value, !marked(value, "") && slices.Contains(all, b.Value):
			return "it is as it was already", nil
		case !marked(value, ""):
			return "", actions.Final(errors.New("somebody has written another description since"))
		}
		return s.swap(a, description, value, b.Value)
	})
}
