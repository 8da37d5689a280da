package ldap

import (
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// force is whether a lock on an account has any effect, and why not. slapd
// stores and shows pwdAccountLockedTime under a policy without pwdLockout,
// and lets the person sign in.
type force struct {
	locks  bool
	reason string // why it has no effect; empty if it has
	remedy string // what an administrator does about it, or about the note
	note   string // what a person should know although it has
	byHand bool   // only a person can lock them
}

// forceOf reads the password policy that applies to an account.
func (s *session) forceOf(a account) (force, error) {
	if dn := get(a.entry, "pwdPolicySubentry"); dn != "" {
		return s.forceFrom(dn, "the password policy of this account")
	}
	if s.cfg.PolicyDN != "" {
		return s.forceFrom(s.cfg.PolicyDN, "the default password policy")
	}
	// Which policy is the default is written in cn=config, where no ordinary
	// account may look. Policies that all lock need no such knowledge.
	all, err := s.policies()
	if err != nil {
		return force{}, err
	}
	if len(all) == 0 {
		return force{
			reason: "no password policy can be read below " + s.cfg.Base,
			remedy: "load the ppolicy overlay with a default policy that has pwdLockout: TRUE, let the bot read it, and set policy_dn",
		}, nil
	}
	var locking, others []string
	for _, p := range all {
		if locksOut(p) {
			locking = append(locking, p.DN)
		} else {
			others = append(others, p.DN)
		}
	}
	switch {
	case len(others) == 0:
		return force{
			locks:  true,
			note:   "policy_dn is not set: that " + strings.Join(locking, " and ") + " is the default password policy was concluded from its being there",
			remedy: "set policy_dn",
		}, nil
	case len(locking) == 0:
		return force{reason: without(others), remedy: "set pwdLockout: TRUE in it"}, nil
	}
	return force{
		reason: without(others) + ", and which policy is the default cannot be read",
		remedy: "set policy_dn to the default policy, or pwdLockout: TRUE in every policy",
	}, nil
}

func (s *session) policies() ([]*ldap.Entry, error) {
	return s.search(s.cfg.Base, ldap.ScopeWholeSubtree, "(objectClass=pwdPolicy)", "pwdLockout")
}

func (s *session) forceFrom(dn, what string) (force, error) {
	p, err := s.read(dn, "pwdLockout")
	switch {
	case err != nil:
		return force{}, err
	case p == nil:
		return force{
			reason: fmt.Sprintf("%s, %s, does not exist or cannot be read", what, dn),
			remedy: "let the bot read it",
		}, nil
	case !locksOut(p):
		return force{reason: without([]string{dn}), remedy: "set pwdLockout: TRUE in it"}, nil
	}
	return force{locks: true}, nil
}

func locksOut(policy *ldap.Entry) bool {
	return strings.EqualFold(get(policy, "pwdLockout"), "TRUE")
}

func without(dns []string) string {
	return "pwdLockout is not TRUE in the password policy " + strings.Join(dns, " and ")
}
