package config

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Answers says what happens while nobody says who gets what. It is asked after an
// approval that was given in place of the approver; an approver who approves was
// shown it.
type Answers struct {
	Within Duration `yaml:"within"` // after so long without an answer it goes to Heir
	Heir   string   `yaml:"heir"`   // HeirManager or HeirAbove
}

// The values of Answers.Heir.
const (
	HeirManager = "manager" // of the case, or who stands in for them
	HeirAbove   = "above"   // whom the directory has above them
)

func usualAnswers() Answers { return Answers{Within: Duration(72 * time.Hour), Heir: HeirManager} }

// The bounds of Answers.Within and Task.Lapse.
const (
	leastWithin, mostWithin = Duration(4 * time.Hour), Duration(14 * 24 * time.Hour)
	leastLapse, mostLapse   = Duration(24 * time.Hour), Duration(365 * 24 * time.Hour)
)

func (k checker) answers() {
	if a := k.Answers; k.written("answers.within") && (a.Within < leastWithin || a.Within > mostWithin) {
		k.add("answers.within", "write from %s to %s: people need time to answer, and nothing is handed over meanwhile", leastWithin, mostWithin)
	}
	k.words("answers.heir", k.Answers.Heir, []string{HeirManager, HeirAbove})
	for i, t := range k.Tasks {
		path := fmt.Sprintf("tasks[%d].lapse", i)
		switch {
		case !k.written(path):
		case t.Lapse < leastLapse || t.Lapse > mostLapse:
			k.add(path, "write from %s to %s, or remove the line: then it is asked for until somebody confirms it", leastLapse, mostLapse)
		case t.Due == 0:
			k.add(path, "it counts from when the task was due, and due is 0; write when it is due")
		}
	}
}

// lapses are the tasks that a case may go on without, and after how long.
func (c *Config) lapses() map[string]Duration {
	out := map[string]Duration{}
	for _, t := range c.Tasks {
		if t.Lapse > 0 {
			out[t.Name] = t.Lapse
		}
	}
	return out
}

// weakensAnswers says what is handed over, or let go, sooner than under the rules
// in force.
func (r Rules) weakensAnswers(inForce Rules) []string {
	var out []string
	if r.Within < inForce.Within {
		out = append(out, fmt.Sprintf("what nobody was named for is handed over %s after the question instead of %s", r.Within, inForce.Within))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Lapses)) {
		if was := inForce.Lapses[name]; was == 0 || r.Lapses[name] < was {
			out = append(out, fmt.Sprintf("a case goes on without the task %s if nobody has confirmed it %s after it was due", name, r.Lapses[name]))
		}
	}
	return out
}
