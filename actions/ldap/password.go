package ldap

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"offboard/actions"
)

// password replaces the password by one that is thrown away. Its proof is the
// time of the last change, because a password itself cannot be read.
type password struct{ *Client }

const passwordItem = "password"

// modifiersName is who changed the entry last. As long as the password is to be
// replaced, a weak mark has to be the bot's own: memberships that it ends
// meanwhile change the entry too, by a plugin of 389 Directory Server.
const modifiersName = "modifiersName"

// skew is how far before the first attempt a change is reported as a
// difference between two clocks rather than as an old password.
const skew = 5 * time.Minute

// Check holds the password unless it was changed since the first attempt. The
// bot need not be able to read userPassword, so an account without a password
// looks like one whose password is hidden, and is held too.
func (p password) Check(ctx context.Context, t actions.Target) (actions.Finding, error) {
	return p.check(ctx, "read the age of the password", t, func(s *session, a account, f *actions.Finding) error {
		value, weak, err := s.fl.password.mark(s, a)
		if err != nil {
			return err
		}
		if changedSince(t, a, value) && (!weak || !t.Wants(passwordItem) || sameDN(get(a.entry, modifiersName), s.cfg.BindDN)) {
			if weak {
				f.Notes = append(f.Notes, a.Login+": this directory does not date passwords; that the entry was changed since the first attempt is the proof")
			}
			return nil
		}
		f.Items = append(f.Items, actions.Item{
			ID: passwordItem, Account: a.ID, Label: "the password of " + a.Login,
			Before: before{Value: value}.String(), Irreversible: true,
		})
		if at, err := parseTime(value); err == nil && !t.First.IsZero() && at.Before(t.First) && t.First.Sub(at) < skew && !weak {
			f.Notes = append(f.Notes, fmt.Sprintf("the password of %s was changed at %s by the directory's clock, just before the first attempt by the bot's clock: if it stays so, compare the clocks", a.Login, when(value)))
		}
		return nil
	})
}

// changedSince compares with the first attempt, cut to the second because
// that is all a directory keeps. A change by the person themselves in that
// very second has the same time as ours would: so the time must also differ
// from the one found before the first attempt.
func changedSince(t actions.Target, a account, value string) bool {
	at, err := parseTime(value)
	if err != nil || t.First.IsZero() || at.Before(t.First.Truncate(time.Second)) {
		return false
	}
	for _, i := range t.Items {
		if i.ID != passwordItem || (i.Account != "" && i.Account != a.ID) {
			continue
		}
		if b, err := readBefore(i); err == nil && b.Value == value {
			return false
		}
	}
	return true
}

// Do sets a password that nobody, this program included, will know.
func (p password) Do(ctx context.Context, t actions.Target) (actions.Evidence, error) {
	return p.act(ctx, "replace the password", t, func(s *session, a account) (string, error) {
		if !t.Wants(passwordItem) {
			return nothingAsked, nil
		}
		// 26 characters of base32 hold 130 bits; the suffix satisfies rules
		// that ask for a small letter, a digit and a sign.
		fresh := rand.Text() + rand.Text() + "a1-"
		return s.fl.password.set(s, a, fresh)
	})
}
