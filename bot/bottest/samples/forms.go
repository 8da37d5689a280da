package samples

import "offboard/bot"

func field(name, label, hint string, kind bot.FieldKind, needed bool) bot.Field {
	return bot.Field{Name: name, Label: label, Hint: hint, Kind: kind, Required: needed}
}

func (f offer) with(fd bot.Field) bot.Field {
	fd.Value, fd.Options = f.value, f.options
	return fd
}

// offer is what a field offers and shows at first.
type offer struct {
	value   string
	options []bot.Option
}

// Forms are the product's, by the name of their golden file, the long ones filled
// in.
func Forms() map[string]bot.Form {
	start := bot.Form{
		Verb: "start", Object: "dir:4f1c", Title: "Offboarding", Submit: "See what will happen",
		Intro: bot.Join(bot.B("Jane Doe"), bot.T(" — Senior Designer · Design · Lisbon · jane")),
		Fields: []bot.Field{
			offer{options: []bot.Option{{Value: "resignation", Label: "Resignation"}, {Value: "termination", Label: "Termination"}, {Value: "death", Label: "Death"}}}.with(field("kind", "Kind", "", bot.Choice, true)),
			offer{value: "2026-11-30"}.with(field("last day", "Last day of work", "", bot.DateField, true)),
			field("end", "End of employment", "If it is another day", bot.DateField, false),
			offer{value: "at", options: []bot.Option{
				{Value: "usual", Label: "At the usual time on the last day", Hint: "Mon–Thu 18:00, Fri 16:00, Sat–Sun 12:00 (America/Argentina/Buenos_Aires)"},
				{Value: "at", Label: "At a time on the last day", Hint: "Enter it below"},
				{Value: "now", Label: "Now", Hint: "As soon as it is approved"},
				{Value: "press", Label: "When I press", Hint: "Everything is made ready and waits for a button"},
			}}.with(field("cut-off", "Access ends", "", bot.Choice, true)),
			offer{value: "17:00"}.with(field("time", "Time on the last day", "For \"at a time\": their time, America/Toronto (UTC-05:00 on that day)", bot.TimeField, false)),
			offer{value: "America/Toronto"}.with(field("zone", "Time zone", "From their profile on slack. Correct it if they are elsewhere", bot.Line, true)),
			offer{value: "4f2d", options: []bot.Option{{Value: "4f2d", Label: "Marco Reyes", Hint: "Head of Design · Design · Lisbon · marco"}}}.with(field("manager", "Who approves", "The manager, or somebody in their place", bot.PersonField, true)),
			offer{options: []bot.Option{{Value: "yes", Label: "Yes, only for those who work on it"}, {Value: "no", Label: "No"}}}.with(field("confidential", "Confidential", "Empty: as the kind says", bot.Choice, false)),
			offer{value: "Going to study.\nLast <day> & \"thanks\""}.with(field("reason", "Reason", "Only those who work on the case see it", bot.Paragraph, false)),
		},
	}
	return map[string]bot.Form{
		"form_start": start,
		"form_who":   {Verb: "start", Title: "Who leaves?", Submit: "Search", Fields: []bot.Field{field("person", "Name, login or mail", "", bot.PersonField, true)}},
		"form_decline": {
			Verb: "decline", Object: "OFF-1:1:9f3ac1d2", Title: "Decline OFF-1", Submit: "Decline",
			Fields: []bot.Field{field("reason", "Why?", "It goes to whoever asked, to correct it", bot.Paragraph, true)},
		},
		"form_answer": {Verb: "answer", Object: "OFF-1:1:3", Title: "Who gets what", Submit: "Note it", Fields: []bot.Field{
			offer{value: "all", options: []bot.Option{{Value: "all", Label: "Everything"}, {Value: "dir/own/1 7", Label: "owner of design-system"}}}.with(field("what", "What", "", bot.Choice, true)),
			offer{value: "give", options: []bot.Option{{Value: "give", Label: "Give it to somebody"}, {Value: "keep", Label: "Keep it until a day", Hint: "It stays as it is; IT takes it away then"}}}.with(field("choice", "What happens to it", "", bot.Choice, true)),
			field("heir", "Who gets it", "To give it", bot.PersonField, false), field("until", "Until", "To keep it", bot.DateField, false), field("reason", "Why", "To keep it", bot.Line, false),
		}},
		"form_note":     {Verb: "note", Object: "OFF-1:1", Title: "Note for OFF-1", Submit: "Add it", Fields: []bot.Field{field("text", "Note", "", bot.Paragraph, true)}},
		"form_delegate": {Verb: "delegate", Object: "OFF-1:1", Title: "Not me, ask…", Submit: "Ask them", Fields: []bot.Field{field("person", "Who should decide?", "", bot.PersonField, true)}},
		"form_amend":    amended(start),
		"form_reschedule": {Verb: "reschedule", Object: "OFF-1:1", Title: "When access ends", Submit: "Change it", Fields: []bot.Field{
			offer{options: []bot.Option{
				{Value: "usual", Label: "At the usual time", Hint: "For Mon 30 November 2026 that is 18:00 (America/Toronto)"},
				{Value: "at", Label: "At a time", Hint: "Enter it below"},
				{Value: "now", Label: "Now", Hint: "As soon as it is approved"},
				{Value: "press", Label: "When I press", Hint: "Everything is made ready and waits for a button"},
			}}.with(field("cut-off", "Access ends", "", bot.Choice, true)),
			offer{value: "2026-11-30"}.with(field("day", "Day", "For a time, and for the usual time", bot.DateField, false)),
			offer{value: "17:00"}.with(field("time", "Time", "For \"at a time\": their time, America/Toronto (UTC-05:00 on that day)", bot.TimeField, false)),
		}},
		"form_skip": {
			Verb: "skip", Object: "OFF-1:1:vpn/lock/1", Title: "Leave this step out", Submit: "Leave it out", Intro: bot.T("VPN: Lock the account: jane"),
			Fields: []bot.Field{field("reason", "Why?", "It stays in the record", bot.Paragraph, true)},
		},
		"form_confirm": {
			Verb: "confirm", Object: "OFF-1:1:laptop", Title: "Confirm a task", Submit: "Confirm", Intro: bot.T("Take back the laptop. Collect it and note its number."),
			Fields: []bot.Field{field("note", "Note of proof", "What proves it: the serial number", bot.Line, true)},
		},
		"form_link": {
			Verb: "link", Object: "-", Title: "Link an account", Submit: "Ask for it", Intro: bot.T("Tie a chat account to a person. A second person must agree."),
			Fields: []bot.Field{field("account", "Chat account", "Its id, such as U012ABC", bot.Line, true), field("person", "Whose it is", "", bot.PersonField, true)},
		},
		"form_pause": {Verb: "pause", Object: "-", Title: "Pause the bot", Submit: "Do it", Intro: bot.T("While it is paused no step begins in any case. What is under way finishes."), Fields: []bot.Field{
			offer{value: "on", options: []bot.Option{{Value: "on", Label: "Pauses"}, {Value: "off", Label: "Goes on"}}}.with(field("what", "The bot", "", bot.Choice, true)), field("reason", "Why", "", bot.Line, false),
		}},
	}
}

func amended(f bot.Form) bot.Form {
	f.Verb, f.Object, f.Title, f.Intro = "amend", "OFF-1:1", "Change OFF-1", nil
	return f
}
