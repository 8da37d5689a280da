package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Question is asked of the approver of each leave, about what no system shows. What
// they say becomes a task of IT. Answers.Within is how long it is asked.
type Question struct {
	Name  string `yaml:"name,required"`
	Label string `yaml:"label,required"` // over the field of the form
	Ask   string `yaml:"ask,required"`   // {name} stands for the leaver
	Task  string `yaml:"task,required"`  // what IT does about the answer, as an order
}

// Limits of a question. Labels are those of a form's field (Discord: 45); more than
// five questions are a second page there, which no busy person fills in.
const (
	mostQuestions = 5
	longestLabel  = 45
	longestAsk    = 100
	longestTask   = 100
)

// usualQuestions are asked where the file says nothing else.
func usualQuestions() []Question {
	return []Question{
		{"jobs", "Scheduled jobs and scripts", "Does {name} run scheduled jobs or scripts that others depend on?", "Give the jobs and scripts a new owner, and rotate their secrets"},
		{"services", "Services IT does not know", "Are there services or subscriptions of {name} that IT does not know of?", "Give the services a new owner, and rotate their secrets"},
		{"secrets", "Shared passwords, keys, cards", "Which shared passwords, keys or cards does {name} know or have?", "Change the shared passwords, and take back keys and cards"},
	}
}

func (k checker) questions() {
	if len(k.Questions) > mostQuestions {
		k.add("questions", "there are %d, and at most %d are asked: managers are busy", len(k.Questions), mostQuestions)
	}
	first := map[string]int{}
	for i, q := range k.Questions {
		at := fmt.Sprintf("questions[%d]", i)
		k.id(at+".name", q.Name, first)
		for _, f := range []struct {
			key, text string
			most      int
		}{{"label", q.Label, longestLabel}, {"ask", q.Ask, longestAsk}, {"task", q.Task, longestTask}} {
			if k.written(at+"."+f.key) && (utf8.RuneCountInString(f.text) > f.most || strings.ContainsAny(f.text, "\n\r\t")) {
				k.add(at+"."+f.key, "write one line of at most %d characters", f.most)
			}
		}
	}
}
