package ldap

import (
	"slices"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// An account that somebody changes between our read and our write keeps what
// they have written: one request takes the old number out and puts the new one
// in, so it fails as a whole.
func TestLockIsCompareAndSet(t *testing.T) {
	var got []string
	s := served(t, func(id any, op *ber.Packet) []*ber.Packet {
		for _, c := range op.Children[1].Children {
			kind := map[int64]string{0: "add", 1: "delete", 2: "replace"}[c.Children[0].Value.(int64)]
			got = append(got, kind+" "+c.Children[1].Children[0].Value.(string)+" "+c.Children[1].Children[1].Children[0].Value.(string))
		}
		// What a domain controller answers when the old number is not there any more.
		return []*ber.Packet{result(id, ldap.ApplicationModifyResponse, ldap.LDAPResultNoSuchAttribute)}
	})
	_, err := s.fl.lock.set(s, account{entry: ldap.NewEntry("CN=x", map[string][]string{userControl: {"66048"}})})
	if class, _ := actions.ClassOf(classify("lock", err)); class != actions.ClassAgain {
		t.Errorf("class %s: %v", class, err)
	}
	if want := []string{"delete userAccountControl 66048", "add userAccountControl 66050"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q", got)
	}
}

// A domain controller answers 53 for a member that is not one any more, and
// for much else: only a read tells.
func TestRefusedToLeave(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after []string // members at the second read
		code  uint16   // of the error; 0 for none
	}{
		{"somebody was faster", []string{"CN=tom,DC=x"}, 0},
		{"they are still in it", []string{"CN=jane,DC=x"}, ldap.LDAPResultUnwillingToPerform},
	} {
		t.Run(tt.name, func(t *testing.T) {
			members := []string{"CN=jane,DC=x"}
			s := served(t, func(id any, op *ber.Packet) []*ber.Packet {
				if op.Tag == ldap.ApplicationModifyRequest {
					members = tt.after
					return []*ber.Packet{result(id, ldap.ApplicationModifyResponse, ldap.LDAPResultUnwillingToPerform)}
				}
				return []*ber.Packet{
					found(id, "CN=g,DC=x", "cn", []string{"g"}, "member", members),
					result(id, ldap.ApplicationSearchResultDone, ldap.LDAPResultSuccess),
				}
			})
			a := account{entry: ldap.NewEntry("CN=jane,DC=x", nil)}
			text, err := s.leave(a, actions.Item{ID: "12345678-9abc-def0-0102-030405060708/member"}, "CN=g,DC=x", s.fl.members[0])
			if tt.code == 0 && (err != nil || text != "left already") || tt.code != 0 && !ldap.IsErrorWithCode(err, tt.code) {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}

// A value that is there in another form than was recorded is taken in that form;
// one that is not there was left already.
func TestLeaveAnotherForm(t *testing.T) {
	for _, tt := range []struct {
		stored, want string
		modifies     int
	}{
		{"CN=jane,DC=x#'0101'B", "modify: success", 2},
		{"CN=tom,DC=x", "left already", 1},
	} {
		modifies := 0
		s := served(t, func(id any, op *ber.Packet) []*ber.Packet {
			if op.Tag != ldap.ApplicationModifyRequest {
				return []*ber.Packet{
					found(id, "CN=g,DC=x", "cn", []string{"g"}, "member", []string{tt.stored}),
					result(id, ldap.ApplicationSearchResultDone, ldap.LDAPResultSuccess),
				}
			}
			modifies++
			code := ldap.LDAPResultNoSuchAttribute
			if op.Children[1].Children[0].Children[1].Children[1].Children[0].Value.(string) == tt.stored {
				code = ldap.LDAPResultSuccess
			}
			return []*ber.Packet{result(id, ldap.ApplicationModifyResponse, code)}
		})
		a := account{entry: ldap.NewEntry("CN=jane,DC=x", nil)}
		i := actions.Item{ID: "12345678-9abc-def0-0102-030405060708/member", Before: before{Value: "CN=jane,DC=x"}.String()}
		if text, err := s.leave(a, i, "CN=g,DC=x", s.fl.members[0]); err != nil || text != tt.want || modifies != tt.modifies {
			t.Errorf("%s: %q after %d changes, %v", tt.stored, text, modifies, err)
		}
	}
}
