package discord

import (
	"maps"
	"slices"
	"time"

	"offboard/bot"
	"offboard/bot/discord/wire"
)

// moments are the days and times that are none.
func (k *form) moments() map[string]string {
	wrong := map[string]string{}
	for _, f := range k.Fields {
		v := k.values[f.Name]
		if v == "" {
			continue
		}
		switch f.Kind {
		case bot.DateField:
			if _, err := time.Parse(time.DateOnly, v); err != nil {
				wrong[f.Name] = "This is no day. Write it as 2026-11-30."
			}
		case bot.TimeField:
			if _, err := time.Parse("15:04", v); err != nil {
				wrong[f.Name] = "This is no time. Write it as 17:00."
			}
		case bot.Line, bot.Paragraph, bot.Choice, bot.PersonField:
		}
	}
	return wrong
}

// correct says what is wrong. Only the pages with problems are asked again, as
// they were filled in.
func (d *Discord) correct(k *form, wrong map[string]string) said {
	k.problems, k.todo = maps.Clone(wrong), nil
	for n, p := range k.pages {
		if slices.ContainsFunc(p.fields, func(f bot.Field) bool { return wrong[f.Name] != "" }) {
			k.todo = append(k.todo, n)
		}
	}
	if len(k.todo) == 0 {
		k.todo = []int{0}
	}
	m := problems(k.Form, wrong)
	m.Parts = append(m.Parts, k.button("Correct it", k.todo[0]))
	return d.passing(m)
}

// problems are what is wrong in a form, in its order.
func problems(f bot.Form, wrong map[string]string) bot.Message {
	m := bot.Message{Summary: "This was not done yet.", Parts: []bot.Part{bot.Prose{Text: bot.T("This was not done yet. Nothing that you entered is lost.")}}}
	said := map[string]bool{}
	for _, fd := range f.Fields {
		if text := wrong[fd.Name]; text != "" {
			said[fd.Name] = true
			m.Parts = append(m.Parts, bot.Prose{Text: bot.Join(bot.B(fd.Label+": "), bot.T(text))})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(wrong)) {
		if !said[name] && wrong[name] != "" {
			m.Parts = append(m.Parts, bot.Prose{Text: bot.T(wrong[name])})
		}
	}
	return m
}

// whom asks which of several a person field means. On the server somebody can
// also be chosen from its members.
func (d *Discord) whom(e *deed, k *form, n int, list []bot.Option) said {
	f := k.Fields[n]
	list = list[:min(len(list), bot.MaxOptions)]
	for _, o := range slices.Backward(list) {
		k.known(n, o)
	}
	title := "Whom do you mean by “" + bot.Clean(k.values[f.Name], 60) + "”?"
	k.todo = nil
	page := slices.IndexFunc(k.pages, func(p page) bool {
		return slices.ContainsFunc(p.fields, func(o bot.Field) bool { return o.Name == f.Name })
	})
	a := d.passing(bot.Message{Summary: title, Parts: []bot.Part{
		bot.Heading{Text: title},
		bot.Menu{Label: f.Label, Verb: formPick, Object: k.spot(formPick, n).object(), Field: "v", Options: list},
		k.button("Type another name", page),
	}})
	if e.GuildID != "" {
		a.body.Components = append(a.body.Components, wire.Component{Type: wire.ActionRow, Components: []wire.Component{{
			Type: wire.UserSelect, CustomID: k.spot(formUser, n).String(), Placeholder: "Or choose somebody on this server",
		}}})
	}
	return a
}
