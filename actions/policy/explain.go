package policy

import (
	"cmp"
	"slices"
	"strings"

	"offboard/actions"
	"offboard/store"
)

// Line is one thing that would happen to somebody, and who says so.
type Line struct {
	Topic string `json:"topic"`
	Text  string `json:"text"`
	By    string `json:"by"` // "rule executives", "the deny list", "no rule says otherwise"
}

// Answer is what would happen to somebody who leaves in one of these ways.
type Answer struct {
	Kinds   []string `json:"kinds"` // ids
	Titles  []string `json:"titles"`
	Refused bool     `json:"refused"`
	Lines   []Line   `json:"lines"`
}

const (
	usual    = "no rule says otherwise"
	topicMay = "may a case be opened"
)

// Explain says what would happen to somebody who leaves in each of these ways,
// each line with the rule that decided it. Ways with the same answer are put
// together. No kind is all of them.
func (b *Book) Explain(p store.Card, kinds ...string) []Answer {
	if len(kinds) == 0 {
		for _, k := range b.Kinds {
			kinds = append(kinds, k.ID)
		}
	}
	var out []Answer
	for _, id := range kinds {
		v := b.Decide(p, id)
		lines := b.lines(v, b.kind(id))
		i := slices.IndexFunc(out, func(a Answer) bool { return slices.Equal(a.Lines, lines) })
		if i < 0 {
			i = len(out)
			out = append(out, Answer{Refused: v.Ruling.Refused, Lines: lines})
		}
		out[i].Kinds = append(out[i].Kinds, id)
		out[i].Titles = append(out[i].Titles, b.kind(id).Title)
	}
	return out
}

// by names the rule that decided.
func by(rule, otherwise string) string {
	switch rule {
	case "":
		return otherwise
	case denyList:
		return denyList
	}
	return "rule " + rule
}

func because(text string, r Reason) string {
	if r.Why == "" {
		return text
	}
	return text + ": " + r.Why
}

// lines says a verdict, one thing a line.
func (b *Book) lines(v Verdict, k Kind) []Line {
	var out []Line
	add := func(topic, text, by string) { out = append(out, Line{topic, text, by}) }
	for _, r := range v.Protection {
		add(topicMay, because("no, nobody can open a case", r), by(r.Rule, ""))
	}
	for _, r := range v.Undecided {
		add("not clear", "nobody can say whether this rule is about them ("+r.Why+"), so it counts only as far as it protects", by(r.Rule, ""))
	}
	if v.Ruling.Refused {
		return out
	}
	add(topicMay, "yes", usual)
	for _, c := range v.Choices {
		add(b.what(c, v))
	}
	add("approved by", "the manager", "always")
	for _, a := range v.Approvals {
		for _, r := range a.Reasons {
			add("approved by", because(persons(a.Seats)+" too", r), by(r.Rule, ""))
		}
	}
	add("approved by", "one person of "+v.Ruling.Needed.Words()+" too, if the survey finds that a system needs the account", "always")
	add("if approvals are missing at the cut-off", v.Ruling.Missing.Words(), by(v.by[missing], "usual for this kind"))
	switch {
	case v.CutOff != "":
		add("access ends", "at "+v.CutOff+", where the requester writes no other time", by(v.by[cutOff], ""))
	default:
		add("access ends", "when the requester says", usual)
	}
	if v.Ruling.Retention == 0 {
		add("deleted for good", "nothing", by(v.by[retention], usual))
	} else {
		add("deleted for good", "what is left, "+span(v.Ruling.Retention)+" after access ended, if that is approved then", by(v.by[retention], usual))
	}
	switch {
	case v.Ruling.Confidential:
		add("confidential", "yes, always", by(v.by[confidential], ""))
	case k.Confidential:
		add("confidential", "yes, unless the requester says otherwise", "usual for this kind")
	default:
		add("confidential", "no, unless the requester says otherwise", "usual for this kind")
	}
	return out
}

// what says whether a system is looked at, an action planned, a task given.
func (b *Book) what(c Choice, v Verdict) (topic, text, who string) {
	who = by(c.Rule, usual)
	name, action, of := strings.Cut(c.What, "/")
	if name == actions.Tasks && of {
		t := b.Tasks[slices.IndexFunc(b.Tasks, func(t actions.Task) bool { return t.Name == action })]
		return "by hand", yesNo(!c.Left, t.Words+" ("+t.Owner.Words()+")"), who
	}
	s := b.Systems[slices.IndexFunc(b.Systems, func(s actions.System) bool { return s.Name == name })]
	if !of {
		return "looked at", yesNo(!c.Left, s.Title), who
	}
	spec := s.Actions[slices.IndexFunc(s.Actions, func(a actions.Spec) bool { return a.Name == action })]
	text = "  " + spec.Words
	if i := slices.IndexFunc(v.Choices, func(o Choice) bool { return o.What == name }); v.Choices[i].Left && !c.Left {
		return "done there", yesNo(false, text), by(v.Choices[i].Rule, "")
	}
	return "done there", yesNo(!c.Left, text), who
}

func yesNo(yes bool, text string) string {
	if yes {
		return text
	}
	return text + ": no"
}

// Why are the reasons that the rules of a ruling give, by the names of the rules.
func (b *Book) Why() map[string]string {
	out := map[string]string{}
	for _, r := range b.Rules {
		if r.Why != "" {
			out[r.Name] = r.Why
		}
	}
	return out
}

// Show is the whole rule book, for a person to read: a paragraph for each rule,
// and what counts where no rule says anything.
func (b *Book) Show() string {
	var out strings.Builder
	out.WriteString("The rules, in their order. Who must approve, who is protected and what is\nconfidential adds up over all of them; of everything else the last rule counts\nthat says something about it.\n")
	for i, r := range b.rules {
		line(&out, "\n%d. %s — for %s:\n", i+1, r.Name, cmp.Or(where(r.When), "everybody"))
		for _, s := range b.says(r) {
			line(&out, "   - %s\n", s)
		}
	}
	if len(b.rules) == 0 {
		out.WriteString("\nThere is no rule: everybody is treated alike.\n")
	}
	out.WriteString("\nWhere no rule says otherwise:\n")
	for _, s := range b.defaults() {
		line(&out, "   - %s\n", s)
	}
	b.roles(&out)
	return out.String()
}
