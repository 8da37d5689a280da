package bot_test

import (
	"fmt"
	"strings"
	"testing"

	"offboard/bot"
)

func message(parts ...bot.Part) bot.Message { return bot.Message{Summary: "s", Parts: parts} }

func prose(spans ...bot.Span) bot.Message { return message(bot.Prose{Text: spans}) }

func button(label, verb, object string) bot.Button {
	return bot.Button{Label: label, Verb: verb, Object: object}
}

func TestMessage_Check(t *testing.T) {
	user := &bot.User{Platform: "chat", ID: "U1"}
	full := bot.Buttons{}
	for i := range 5 {
		full = append(full, button("b", "v", fmt.Sprint(i)))
	}
	rows := func(n int) (parts []bot.Part) {
		for i := range n {
			row := bot.Buttons{}
			for j := range 5 {
				row = append(row, button("b", "v", fmt.Sprintf("%d.%d", i, j)))
			}
			parts = append(parts, row)
		}
		return parts
	}
	for name, c := range map[string]struct {
		m    bot.Message
		want string // "" is sound
	}{
		"summary alone":        {bot.Message{Summary: strings.Repeat("é", 300)}, ""}, // characters, not bytes
		"summary empty":        {bot.Message{}, "summary is empty"},
		"summary long":         {bot.Message{Summary: strings.Repeat("x", 301)}, "301 characters"},
		"summary of two lines": {bot.Message{Summary: "a\nb"}, "more than one line"},
		"prose of two lines":   {prose(bot.Span{Plain: "a\nb"}), ""},
		"prose empty":          {prose(), "prose is empty"},
		"bidi":                 {prose(bot.Span{Plain: "a\u202eb"}), "U+202E"},
		"isolate":              {prose(bot.Span{Plain: "a\u2066b"}), "U+2066"},
		"control":              {prose(bot.Span{Plain: "a\x1b[2Jb"}), "U+001B"},
		"tab":                  {prose(bot.Span{Plain: "a\tb"}), "U+0009"}, // C0 except newline
		"not UTF-8":            {prose(bot.Span{Plain: "\xff"}), "not UTF-8"},
		"right-to-left name":   {prose(bot.Span{Plain: "נועה"}), ""},
		"link":                 {prose(bot.Span{Plain: "x", URL: "https://example.com"}), ""},
		"script link":          {prose(bot.Span{Plain: "x", URL: "javascript:alert(1)"}), "neither http nor https"},
		"link without host":    {prose(bot.Span{Plain: "x", URL: "https:"}), "neither http nor https"},
		"mention":              {prose(bot.Span{Plain: "x", User: user}), ""},
		"mention of nobody":    {prose(bot.Span{Plain: "x", User: &bot.User{}}), "lacks a platform or an id"},
		"mention and link":     {prose(bot.Span{Plain: "x", User: user, URL: "https://example.com"}), "more than one of"},
		"no fallback":          {prose(bot.Span{User: user}), "fall back"},
		"five buttons":         {message(full), ""},
		"six buttons":          {message(append(full, button("b", "v", "5"))), "6 buttons in a row"},
		"no buttons":           {message(bot.Buttons{}), "0 buttons"},
		"25 buttons":           {message(rows(5)...), ""},
		"30 buttons":           {message(rows(6)...), "30 buttons, at most 25"},
		"label long":           {message(bot.Buttons{button(strings.Repeat("x", 31), "v", "o")}), "31 characters"},
		"no verb":              {message(bot.Buttons{button("b", "", "o")}), "no verb"},
		"no object":            {message(bot.Buttons{button("b", "v", "")}), "no object"},
		"verb with a colon":    {message(bot.Buttons{button("b", "v:w", "o")}), "has a colon"},
		"id of 100 bytes":      {message(bot.Buttons{button("b", "v", strings.Repeat("é", 49))}), ""},
		"id of 101 bytes":      {message(bot.Buttons{button("b", "v", strings.Repeat("é", 49)+"x")}), "101 bytes"},
		"same button twice":    {message(bot.Buttons{button("a", "v", "o"), button("b", "v", "o")}), "twice"},
		"style":                {message(bot.Buttons{{Label: "b", Verb: "v", Object: "o", Style: "pink"}}), "unknown style"},
		"confirm":              {message(bot.Buttons{{Label: "b", Verb: "v", Object: "o", Confirm: &bot.Confirm{}}}), "confirm title is empty"},
		"heading":              {message(bot.Heading{Text: strings.Repeat("x", 151)}), "151 characters"},
		"no facts":             {message(bot.Facts{}), "no facts"},
		"mark":                 {message(bot.Checklist{Rows: []bot.Row{{Mark: "green", Text: bot.T("x")}}}), "unknown mark"},
		"no rows":              {message(bot.Checklist{}), "no rows"},
		"menu":                 {message(menu(25)), ""},
		"long menu":            {message(menu(26)), "26 options"},
		"nil part":             {message(nil), "unknown part"},
		"notify nobody":        {bot.Message{Summary: "s", Notify: []bot.User{{}}}, "notify"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, c.m.Check(), c.want) })
	}
}

func menu(n int) bot.Menu {
	m := bot.Menu{Label: "m", Verb: "v", Object: "o", Field: "f"}
	for i := range n {
		m.Options = append(m.Options, bot.Option{Value: fmt.Sprint(i), Label: "o"})
	}
	return m
}

func wants(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("got %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestMessage_CheckReportsAll(t *testing.T) {
	err := message(bot.Heading{}, bot.Buttons{button("", "", "")}).Check()
	for _, want := range []string{"part 1: heading is empty", "part 2: button label is empty", "no verb", "no object"} {
		wants(t, err, want)
	}
}

func TestForm_Check(t *testing.T) {
	field := func(name string) bot.Field { return bot.Field{Name: name, Label: "l", Kind: bot.Line} }
	form := func(fields ...bot.Field) bot.Form {
		return bot.Form{Verb: "v", Title: "t", Submit: "s", Fields: fields}
	}
	var eleven []bot.Field
	for i := range bot.MaxFields + 1 {
		eleven = append(eleven, field(fmt.Sprint(i)))
	}
	long := form(field("a"))
	long.Title = strings.Repeat("x", 25)
	for name, c := range map[string]struct {
		f    bot.Form
		want string
	}{
		"sound without an object": {form(field("a")), ""},
		"ten fields":              {form(eleven[:10]...), ""},
		"eleven fields":           {form(eleven...), "11 fields"},
		"no fields":               {form(), "0 fields"},
		"same name":               {form(field("a"), field("a")), "used twice"},
		"title":                   {long, "25 characters"},
		"kind":                    {form(bot.Field{Name: "a", Label: "l"}), "unknown kind"},
		"no options":              {form(bot.Field{Name: "a", Label: "l", Kind: bot.Choice}), "without options"},
		"value no option":         {form(bot.Field{Name: "a", Label: "l", Kind: bot.Choice, Value: "x", Options: menu(1).Options}), "is no option"},
		"date":                    {form(bot.Field{Name: "a", Label: "l", Kind: bot.DateField, Value: "30.11.2026"}), "2006-01-02"},
		"time":                    {form(bot.Field{Name: "a", Label: "l", Kind: bot.TimeField, Value: "17:30"}), ""},
		"person without options":  {form(bot.Field{Name: "a", Label: "l", Kind: bot.PersonField}), ""},
		"option":                  {form(bot.Field{Name: "a", Label: "l", Kind: bot.Choice, Options: []bot.Option{{Value: strings.Repeat("é", 38), Label: "o"}}}), "76 bytes"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, c.f.Check(), c.want) })
	}
}
