package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"offboard/actions/demo"
)

// fact is something that can be seen from outside the bot.
type fact struct {
	words string
	holds bool
}

// leaver is who leaves in the demo, with both accounts.
var leaver = []string{"jane", demo.AdminLogin}

// before are the facts without which the story would prove nothing.
func (s *stage) before() []fact {
	return append(s.signIns(true), fact{"groups name Jane", len(s.named()) > 0})
}

// after are the facts that the story must have brought about.
func (s *stage) after() []fact {
	facts := s.signIns(false)
	named := s.named()
	facts = append(facts,
		fact{"no group, no owner and no manager names Jane any more" + strings.Join(named, ", "), len(named) == 0},
		fact{"Priya owns the design system now", slices.Contains(owners(s.company.Directory, "design-system"), "priya")},
		fact{"the other Jane can still sign in", s.company.Directory.SignIn("jdorsey", password("jdorsey")) == nil},
	)
	err := s.app.store.Check()
	words := "the audit log is whole"
	if err != nil {
		words += ": " + err.Error()
	}
	return append(facts, fact{words, err == nil})
}

// signIns tries the right passwords.
func (s *stage) signIns(can bool) []fact {
	word := "cannot"
	if can {
		word = "can"
	}
	var out []fact
	for _, server := range []*demo.Server{s.company.Directory, s.company.VPN} {
		for _, login := range leaver {
			err := server.SignIn(login, password("jane"))
			out = append(out, fact{fmt.Sprintf("%s %s sign in to the %s with the right password", login, word, server.Name()), (err == nil) == can})
		}
	}
	return out
}

func password(login string) string {
	for _, p := range demo.People() {
		if p.Login == login {
			return p.Password
		}
	}
	return ""
}

// named lists the entries of all servers in which somebody who has left is a
// member, an owner or a manager.
func (s *stage) named() []string {
	var out []string
	for _, server := range s.company.Servers() {
		for _, e := range server.Dump() {
			for _, attr := range []string{"member", "uniqueMember", "memberUid", "owner", "manager"} {
				for _, v := range e.Attrs[attr] {
					if slices.Contains(leaver, login(v)) {
						out = append(out, " "+server.Name()+" "+e.DN+" "+attr)
					}
				}
			}
		}
	}
	return out
}

// login is the uid of a DN, or the value itself.
func login(dn string) string {
	first, _, _ := strings.Cut(dn, ",")
	return strings.TrimPrefix(strings.ToLower(first), "uid=")
}

func owners(server *demo.Server, group string) []string {
	var out []string
	for _, e := range server.Dump() {
		if strings.HasPrefix(e.DN, "cn="+group+",") {
			for _, v := range e.Attrs["owner"] {
				out = append(out, login(v))
			}
		}
	}
	return out
}

// tell prints the facts; an error if one does not hold.
func tell(out io.Writer, facts []fact) error {
	ok := true
	for _, f := range facts {
		mark := "✔"
		if !f.holds {
			mark, ok = "✖ NOT TRUE:", false
		}
		fmt.Fprintf(out, "  %s %s\n", mark, f.words)
	}
	if !ok {
		return errors.New("the story did not end as it must")
	}
	return nil
}
