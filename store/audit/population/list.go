package population

import (
	"cmp"
	"errors"
	"strings"

	"golang.org/x/text/unicode/norm"

	"offboard/store"
	"offboard/store/sheet"
)

// Leaver is a line of HR's list.
type Leaver struct {
	Line    int
	Person  string // whatever names them: login, mail address, directory id, employee number or name
	ID      string
	Login   string
	Mail    string
	Number  string
	Name    string
	LastDay store.Date // empty: Wrong says why
	Known   store.Date // when HR knew, or announced it; may be empty
	Wrong   string     // what can't be read of the line, with what to do
}

// form takes what personnel systems call these columns. "Date of termination" is
// not among them: with a notice or a severance it is another day than the last
// one of work.
var form = sheet.Form{
	Columns: []string{"person", "id", "login", "mail", "number", "name", "first_name", "last_name", "last_day", "known"}, Others: true,
	Needs:   []string{"person", "id", "login", "mail", "number", "name", "last_name"},
	Missing: "a column that says who left is missing: one of person, id, login, mail, number or name",
	Aliases: map[string]string{
		"person": "person", "employee": "person", "leaver": "person", "who": "person", "mitarbeiter": "person", "mitarbeiterin": "person",
		"id": "id", "directoryid": "id", "entryuuid": "id", "objectguid": "id", "uuid": "id",
		"login": "login", "user": "login", "username": "login", "uid": "login", "samaccountname": "login", "account": "login", "benutzer": "login", "benutzername": "login",
		"mail": "mail", "email": "mail", "emailaddress": "mail", "mailaddress": "mail", "workemail": "mail", "userprincipalname": "mail", "upn": "mail",
		"number": "number", "employeenumber": "number", "employeeid": "number", "employeeno": "number", "personnelnumber": "number", "staffnumber": "number", "personalnummer": "number",
		"name": "name", "fullname": "name", "displayname": "name", "employeename": "name",
		"firstname": "first_name", "givenname": "first_name", "vorname": "first_name",
		"lastname": "last_name", "surname": "last_name", "familyname": "last_name", "nachname": "last_name",
		"lastday": "last_day", "lastdayofwork": "last_day", "lastworkingday": "last_day", "leaves": "last_day", "left": "last_day", "letzterarbeitstag": "last_day",
		"known": "known", "knownon": "known", "hrknew": "known", "announced": "known", "announcedon": "known", "noticedate": "known", "notice": "known", "resignationdate": "known", "bekanntseit": "known",
	},
}

// ReadList reads HR's list. An error says that none of it can be read, in words
// for whoever made it; what is wrong with one line stands in that line.
func ReadList(text []byte, order Order) (List, error) {
	rows, unused, problems := form.Read(text)
	if len(rows) == 0 {
		var said []string
		for _, p := range problems {
			said = append(said, p.String())
		}
		return List{}, errors.New(strings.Join(said, "\n"))
	}
	l := List{Problems: problems, Unused: unused}
	dated := false
	for _, row := range rows {
		v := row.Values
		one := Leaver{Line: row.No, Person: v["person"], ID: v["id"], Login: v["login"], Mail: v["mail"], Number: v["number"], Name: v["name"]}
		if one.Name == "" {
			one.Name = strings.TrimSpace(v["first_name"] + " " + v["last_name"])
		}
		day, wrong := sheet.ReadDay(v["last_day"], order)
		switch dated = dated || v["last_day"] != ""; {
		case one.who() == "":
			one.Wrong = "nobody is named; write a login, or take the line out"
		case v["last_day"] == "":
			one.Wrong = "the last day of work is missing; write it like 2026-11-30"
		case wrong != "":
			one.Wrong = "last_day: " + wrong
		}
		one.LastDay = store.Date(day)
		if v["known"] != "" && one.Wrong == "" {
			known, wrong := sheet.ReadDay(v["known"], order)
			if one.Known = store.Date(known); wrong != "" {
				one.Wrong = "known: " + wrong
			}
		}
		l.Leavers = append(l.Leavers, one)
	}
	if !dated {
		return List{}, errors.New("no line says the last day of work: the list needs a column last_day, with days like 2026-11-30")
	}
	return l, nil
}

// who is what the list calls them.
func (l Leaver) who() string {
	return sheet.Line(cmp.Or(l.Person, l.Name, l.Login, l.Mail, l.ID, l.Number))
}

// folded is a text as it is compared: letters without regard to case and to how
// accents are put together, as files of Macs do it differently.
func folded(s string) string { return strings.ToLower(norm.NFC.String(sheet.Line(s))) }

// turned is "Doe, Jane" as "jane doe"; empty if it is not written like this.
func turned(name string) string {
	last, first, ok := strings.Cut(name, ",")
	if !ok || strings.Contains(first, ",") {
		return ""
	}
	return folded(first + " " + last)
}
