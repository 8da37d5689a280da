package policy

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/ext"

	"offboard/store"
)

// subject is what a condition may ask about somebody: person.country == "PT".
// What the directory does not say is empty.
type subject struct {
	Login      string   `cel:"login"`
	Mail       string   `cel:"mail"`
	Title      string   `cel:"title"`
	Department string   `cel:"department"`
	Location   string   `cel:"location"`
	Country    string   `cel:"country"`
	Entity     string   `cel:"entity"`
	Employment string   `cel:"employment"`
	Groups     []string `cel:"groups"`
	Admin      bool     `cel:"admin"`
}

// Attributes are the names of what a condition may ask about a person.
func Attributes() []string {
	var out []string
	for f := range reflect.TypeFor[subject]().Fields() {
		out = append(out, f.Tag.Get("cel"))
	}
	return out
}

func about(c store.Card) subject {
	return subject{
		Login: c.Login, Mail: c.Mail, Title: c.Title, Department: c.Department, Location: c.Location, Country: c.Country,
		Entity: c.Entity, Employment: c.Employment, Groups: c.Groups, Admin: c.Admin,
	}
}

const (
	// maxCost is how much a condition may do for one person, in the units of
	// CEL: comparing a text with 1,000 groups is about 6,000. It is evaluated
	// while the log is written, and all of this takes about 30 ms.
	maxCost = 20_000
	// maxCondition is the longest condition, in characters.
	maxCondition = 4000
	// maxDepth is how deep a condition may be nested: the parser is recursive.
	maxDepth = 50
)

// condition is a compiled expression in CEL that says yes or no about somebody
// (https://github.com/google/cel-spec). It can neither run for ever nor reach
// anything but what it is given.
type condition struct{ program cel.Program }

// Mistake is what is wrong with a condition, and where in it.
type Mistake struct {
	Line, Column int      // within the condition, from 1, in characters
	Text         string   // what is wrong, in one line
	Wrong        string   // the attribute that there is not, if that is it
	Known        []string // those that there are
}

// Error says where in the condition it is, for who counts.
func (m *Mistake) Error() string {
	at := fmt.Sprintf("character %d", m.Column)
	if m.Line > 1 {
		at = fmt.Sprintf("line %d, %s", m.Line, at)
	}
	return m.Text + " (at " + at + " of the condition)"
}

// environment is what conditions are checked against: with the kind of
// departure for rules, without it for scopes.
var environment = sync.OnceValues(func() (envs [2]*cel.Env, err error) {
	base, err := cel.NewEnv(
		ext.NativeTypes(reflect.TypeFor[subject](), ext.ParseStructTags(true)),
		cel.Variable("person", cel.ObjectType("policy.subject")),
		cel.ParserRecursionLimit(maxDepth), cel.ParserExpressionSizeLimit(maxCondition),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals()),
	)
	if err != nil {
		return envs, err
	}
	withKind, err := base.Extend(cel.Variable("kind", cel.StringType))
	return [2]*cel.Env{base, withKind}, err
})

// compile checks and compiles a condition. The error is a *Mistake where the
// condition is wrong.
func compile(text string, withKind bool) (*condition, error) {
	envs, err := environment()
	if err != nil {
		return nil, err
	}
	env := envs[0]
	if withKind {
		env = envs[1]
	}
	if len([]rune(text)) > maxCondition {
		return nil, &Mistake{Line: 1, Column: 1, Text: fmt.Sprintf("the condition is longer than %d characters", maxCondition)}
	}
	parsed, issues := env.Parse(text)
	if issues.Err() != nil {
		return nil, mistake(issues)
	}
	if m := unknown(parsed.NativeRep()); m != nil {
		return nil, m
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		return nil, mistake(issues)
	}
	if checked.OutputType() != cel.BoolType {
		return nil, &Mistake{Line: 1, Column: 1, Text: `it does not say yes or no; write something like person.country == "PT"`}
	}
	program, err := env.Program(checked, cel.CostLimit(maxCost))
	if err != nil {
		return nil, &Mistake{Line: 1, Column: 1, Text: err.Error()}
	}
	return &condition{program}, nil
}

// unknown looks for an attribute that there is not, before the type checker
// does: it has only a sentence for it, and a name can be corrected.
func unknown(a *ast.AST) *Mistake {
	var m *Mistake
	ast.PreOrderVisit(a.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		if m != nil || e.Kind() != ast.SelectKind || e.AsSelect().Operand().Kind() != ast.IdentKind || e.AsSelect().Operand().AsIdent() != "person" {
			return
		}
		name := e.AsSelect().FieldName()
		if known := Attributes(); !slices.Contains(known, name) {
			at := a.SourceInfo().GetStartLocation(e.AsSelect().Operand().ID())
			m = &Mistake{Line: at.Line(), Column: at.Column() + 1 + len("person."), Text: fmt.Sprintf("nothing is known of a person as %q", name), Wrong: name, Known: known}
		}
	}))
	return m
}

// mistake is the first thing that CEL finds wrong.
func mistake(issues *cel.Issues) *Mistake {
	first := issues.Errors()[0]
	m := &Mistake{Line: max(first.Location.Line(), 1), Column: max(first.Location.Column(), 0) + 1}
	m.plainly(strings.Join(strings.Fields(first.Message), " "))
	return m
}

var undeclared = regexp.MustCompile(`^undeclared reference to '([^']+)'`)

// plainly puts what CEL found in words for who does not know CEL, which has
// only a text for it. What is not known here is said as CEL says it.
func (m *Mistake) plainly(text string) {
	name := undeclared.FindStringSubmatch(text)
	switch {
	case strings.HasPrefix(text, "Syntax error: mismatched input '<EOF>'"):
		m.Text = "it ends where something is still missing"
	case name != nil:
		m.Text, m.Wrong, m.Known = fmt.Sprintf("there is no %q here", name[1]), name[1], []string{"person", "kind"}
	case strings.HasPrefix(text, "found no matching overload"):
		m.Text = "this can't be done with such values: text stands in quotes and is compared with text, person.admin is yes or no by itself, person.groups is a list (" + text + ")"
	case strings.HasPrefix(text, "invalid matches argument"):
		m.Text = "this is not a pattern; see https://github.com/google/re2/wiki/Syntax"
	default:
		// Of a syntax error it lists every sign that could have followed.
		m.Text, _, _ = strings.Cut(text, " expecting ")
	}
}

// errUndecided is a condition that ended without a yes or no.
var errUndecided = errors.New("it says neither yes nor no")

// holds evaluates the condition. An error says that it can't be decided for
// this person: it did too much, or asked for what is not there.
func (c *condition) holds(p store.Card, kind string) (bool, error) {
	out, _, err := c.program.Eval(map[string]any{"person": about(p), "kind": kind})
	if err != nil {
		return false, err
	}
	yes, ok := out.Value().(bool)
	if !ok {
		return false, errUndecided
	}
	return yes, nil
}

// Scope compiles the scope of a role: a condition on the leaver that says for
// whom the role counts. The empty scope is everybody, and has no function. For
// whom it can't be decided the role does not count.
func Scope(text string) (func(store.Card) bool, error) {
	if text == "" {
		return nil, nil
	}
	c, err := compile(text, false)
	if err != nil {
		return nil, err
	}
	return func(p store.Card) bool {
		yes, err := c.holds(p, "")
		return err == nil && yes
	}, nil
}
