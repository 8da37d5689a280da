package store

import (
	"slices"
	"strings"
)

// An operator is whoever may use the server's command line. The operating
// system vouches for a user name there; which person that is, nobody knows.
// So an operator has no number and no role, and may do one thing: ask for a
// link, for when no administrator is known in the chat.

const operatorVia = "cli:"

// Operator is the actor behind a command on the server's machine.
func Operator(user string) Actor { return Actor{Via: operatorVia + user} }

// OperatorUser is the user name that an operator's entry carries; false for
// any other actor.
func (a Actor) OperatorUser() (user string, ok bool) {
	user, ok = strings.CutPrefix(a.Via, operatorVia)
	return user, ok && a.Person == ""
}

func (a Actor) operator() bool {
	_, ok := a.OperatorUser()
	return ok
}

// apart reports whether somebody can be the second person to an operator. It is not known who the operator is, so it must be somebody who
// is unlikely to be one: else one human alone, with a shell here and a role in
// the chat, could become anybody.
func apart(f Facts) bool {
	return Apart(f.Roles, f.Elsewhere)
}

// Apart is the rule about the second person to an operator, for the roles that
// somebody has and those that they have over others.
func Apart(roles, elsewhere []Role) bool {
	has := func(r Role) bool { return slices.Contains(roles, r) }
	return (has(HR) || has(Security)) && !has(IT) && !has(Admin) && !slices.Contains(elsewhere, IT) && !slices.Contains(elsewhere, Admin)
}
