package figures

// Rule says how one figure is counted.
type Rule struct{ Figure, Text string }

// Rules are the counting rules, for the report and for README.md.
var Rules = []Rule{
	{"Period", "Whole days in the time zone of the report. Each figure counts in the period in which what it measures ended, so a case may count in two periods, and no figure counts twice. A period that is not over is compared with as many days of the one before."},
	{"Request", "The first submission to an approver. A draft that was never submitted is no request. What was sent back and submitted again keeps its first submission. A case of a list is requested when the list is decided about; an emergency when it begins."},
	{"Request to approval", "From the request to the last approval that was needed. Not of lists, which are approved as a whole, of emergencies, which are approved afterwards, and of plans that need no approval."},
	{"Request to the cut-off", "From the request to the moment at which the bot begins to take access away. Not of emergencies, and not of what never began."},
	{"Request to the last proven step", "From the request to the last step of a system that ended with nothing left to take, once no step of a system is open. Tasks of people do not count here. Not of what was stopped, and not of emergencies."},
	{"Lead time", "Days in the leaver's time zone from the request (of a list: from the day it was brought in) to the last day of work. 0 is the last day itself."},
	{"On time", "The last step that takes access away at the cut-off ended within 15 minutes of the agreed moment: the one that was agreed last, or of \"now\" and of a press that of the approval or the press. Access that was skipped or stopped counts as left, never as on time. Late because of the approval: it came after the agreed moment."},
	{"Not ended yet", "At the end of the period the agreed moment had passed and access had not ended, also where nobody had approved. What is open is in no time; it is here until it ends."},
	{"Proven at the first try", "Of the steps of systems that were tried and have ended: those proven by a read after one attempt and no failure. Where there was nothing to take nothing was tried. A step whose system shows no proof is counted apart."},
	{"Failures and retries", "Each attempt, or read before one, that proved nothing; and each attempt after the first. A system that is still working on it has not failed."},
	{"Tasks", "Tasks of people with a due time, in the period in which they fell due, by the role that owns them. A task that was left out before it was due does not count."},
	{"Closed with access left", "Cases that closed while something that was to be taken at the cut-off, or a task, had been left out. What was stopped after the approval counts here too. Given up before it began is neither closed nor late."},
	{"Access that came back", "Each time a later check found something that had been taken. The time runs until the last of it was proven to be gone again. What a person left, what was given back and what belongs to somebody who was hired again is never taken again, so it has no time."},
	{"How it went", "What whoever asked for a departure and whoever approved it said of it within a week of its end, the last time they said it, in the period in which they said it. Emergencies, confidential cases and lists are not asked about."},
	{"Emergencies", "Departures whose access was locked before they were approved: from their beginning until access had ended. \"Not right\" is what the approver said of it, or that it was stopped first."},
	{"Changes of role, suspensions, people who came back", "A change of role is no departure: it counts in steps, failures, tasks and closed cases, not in times. A suspension counts like a departure. Giving back and hiring again change nothing that was counted before; a new departure of the same person is a new case."},
	{"Clock in doubt", "A time that begins or ends while the clock was in doubt is left out, and it is said how many were."},
	{"Median, nine of ten, longest", "Always the time of a case that there was (nearest rank)."},
	{"Small groups", "No figure is of a named person. A kind, a system or a role with fewer than five cases is in \"others\", which has two of them and five cases at least, so that nobody can subtract. Times of fewer than five cases, and percentages of fewer than five of anything, are not told; plain counts of the whole are."},
	{"Confidential cases", "They are left out of all figures, unless whoever runs the server asks for them. In the chat exactly those cases count that the person who asks may see."},
	{"Erased people", "Numbers hold no names, so a person who was erased counts on."},
}
