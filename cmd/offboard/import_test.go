package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"offboard/bot"
	"offboard/bot/bottest"
)

// What import says, word for word: a dry run, a list with everything wrong, and
// one that is proposed; with a server and without one.
func TestImport(t *testing.T) {
	for _, served := range []bool{false, true} {
		t.Run(fmt.Sprint("served ", served), func(t *testing.T) {
			o := newOffice(t)
			o.fill()
			var s *server
			if served {
				s = o.serving()
			}
			good := o.write("leavers.csv", "\ufeffLogin;Last day;Cut-off;Manager;Confidential;Why\r\njane;2096-11-30;2096-11-30 17:00;;no;\"moves; far away\"\r\ntom;2096-11-30;2096-11-30 17:00+00:00;marco;;\r\n")
			bad := o.write("bad.csv", "person,kind,last_day,cut_off,zone,manager,confidential,surname\n")
			worse := o.write("worse.csv", `person,kind,last_day,cut_off,zone,manager,confidential
nobody,resignation,2096-11-30,now,Europe/Lisbon,marco,
jane,retirement,soon,2096-11-30 17:00,Lisbon,nobody,perhaps
,resignation,2096-11-30,17:00,Europe/Lisbon,marco,
tom,resignation,2096-11-30,2020-01-01 10:00,Europe/Lisbon,jane,
jane,resignation,2096-11-30,now,Europe/Lisbon,marco,
tom,resignation,2096-11-30,now,Europe/Lisbon,marco,,too,many
`)
			armed := o.write("armed.csv", "person,kind,last_day,cut_off\nnobody,x,y,now\njane,resignation,2096-11-30,Armed\n")
			wide := o.write("wide.csv", "\xff\xfe"+strings.Join(strings.Split("person\tlast_day\tcut_off\tzone\r\njane\t2096-11-30\tnow\tEurope/Lisbon\r\n", ""), "\x00")+"\x00")
			days := o.write("days.csv", "person,kind,last_day,cut_off,zone\njane,resignation,31/12/2096,now,Europe/Lisbon\ntom,resignation,03/12/2096,12/31/2096 17:00,Europe/Lisbon\n")
			open := o.write("open.csv", "person\n\"jane\n")
			var out strings.Builder
			show := func(args ...string) ran {
				r := o.run(append([]string{"import"}, args...)...)
				words := strings.Join(args, " ")
				fmt.Fprintf(&out, "$ offboard import %s\n%s%s(exit %d)\n\n", strings.ReplaceAll(words, o.dir+"/", ""), r.out, strings.ReplaceAll(r.err, o.dir+"/", ""), r.code)
				return r
			}
			show(good, "--kind", "resignation", "--zone", "Europe/Lisbon", "--dry-run")
			show(bad)
			show(worse)
			show(open)
			show(good, "--cut-off", "press")
			show(armed)
			show(wide, "--kind", "resignation", "--dry-run")
			show(days)
			show(filepath.Join(o.dir, "nothing.csv"))
			show(good)
			show(good, "--kind", "resignation", "--zone", "Europe/Lisbon").want(t, 0, "BATCH-1 is proposed, with 2 people", "/offboard batch BATCH-1 take", "has to take it over: ", "Hanna")
			var made imported
			o.run("import", good, "--kind", "resignation", "--zone", "Europe/Lisbon", "--json").want(t, 0).decode(t, &made)
			if made.Batch != "BATCH-2" || len(made.People) != 2 {
				t.Errorf("%+v", made)
			}
			text := out.String()
			if !served { // the one thing that differs
				text = strings.ReplaceAll(text, "message about it when the server runs again (offboard serve).", "message about it now.")
			}
			bottest.Golden(t, filepath.Join("testdata", "import.txt"), text)
			if !served {
				return
			}
			take := func(who string) string {
				reply := s.app.commands.Handle(t.Context(), bot.Interaction{ID: who, User: bot.User{Platform: "web", ID: who}, Verb: "batch", Text: "BATCH-1 take"})
				return reply.Message.Summary
			}
			if got := take("ivan"); !strings.Contains(got, "There is no list BATCH-1") {
				t.Errorf("ivan of IT: %s", got)
			}
			if got := take("hanna"); !strings.Contains(got, "is yours now") {
				t.Errorf("hanna of HR: %s", got)
			}
		})
	}
}
