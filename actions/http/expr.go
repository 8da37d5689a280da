package http

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
)

const (
	// maxCost is how much an expression may do, in the units of CEL: to look for
	// somebody in 10,000 users is about 200,000, and takes about a second.
	maxCost = 500_000
	// maxExpr is the longest expression, in characters.
	maxExpr = 4000
	// maxDepth is how deep an expression may be nested: the parser is recursive.
	maxDepth = 50
)

// known are the names that an expression may use, with their types. They are
// declared with their dots, so that a field that there is not is found when the
// file is read.
var known = map[string]*cel.Type{
	"person.id": cel.StringType, "person.name": cel.StringType, "person.login": cel.StringType, "person.mail": cel.StringType,
	"person.number": cel.StringType, "person.department": cel.StringType, "person.location": cel.StringType, "person.country": cel.StringType,
	"person.employment": cel.StringType, "person.title": cel.StringType,
	"person.accounts": cel.ListType(cel.StringType), "person.chat": cel.MapType(cel.StringType, cel.StringType),
	"account.id": cel.StringType, "account.login": cel.StringType, "account.data": cel.DynType,
	"item.id": cel.StringType, "item.label": cel.StringType, "item.before": cel.StringType,
	"answer.status": cel.IntType, "answer.json": cel.DynType, "answer.header": cel.MapType(cel.StringType, cel.StringType),
	"it": cel.DynType, "key": cel.StringType, "mark": cel.StringType, "page": cel.IntType,
}

var environment = sync.OnceValues(func() (*cel.Env, error) {
	opts := []cel.EnvOption{
		cel.OptionalTypes(), ext.Strings(),
		cel.Function("quoted", cel.Overload("quoted_string", []*cel.Type{cel.StringType}, cel.StringType, cel.UnaryBinding(quoted))),
		cel.Function("link", cel.Overload("link_string_string", []*cel.Type{cel.StringType, cel.StringType}, cel.StringType, cel.BinaryBinding(link))),
		cel.ParserRecursionLimit(maxDepth), cel.ParserExpressionSizeLimit(maxExpr),
		cel.ASTValidators(cel.ValidateRegexLiterals(), cel.ValidateDurationLiterals(), cel.ValidateTimestampLiterals()),
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		opts = append(opts, cel.Variable(name, known[name]))
	}
	return cel.NewEnv(opts...)
})

// quoted puts a text between double quotes, as JSON does. Query languages such as
// JQL and the filters of SCIM read it so.
func quoted(v ref.Val) ref.Val {
	text, _ := v.Value().(string)
	return types.String(quote(text))
}

func quote(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(b)
}

// link is the address of a relation in a Link header (RFC 8288), or "".
func link(header, relation ref.Val) ref.Val {
	h, _ := header.Value().(string)
	rel, _ := relation.Value().(string)
	return types.String(linkOf(h, rel))
}

func linkOf(header, rel string) string {
	for header != "" {
		_, rest, ok := strings.Cut(header, "<")
		if !ok {
			return ""
		}
		target, rest, ok := strings.Cut(rest, ">")
		if !ok {
			return ""
		}
		params := rest
		if i := strings.Index(rest, "<"); i >= 0 {
			params = rest[:i]
		}
		for p := range strings.SplitSeq(params, ";") {
			name, value, _ := strings.Cut(strings.Trim(p, " ,\t"), "=")
			if strings.EqualFold(strings.TrimSpace(name), "rel") && slices.Contains(strings.Fields(strings.Trim(strings.TrimSpace(value), `"`)), rel) {
				return target
			}
		}
		header = rest
	}
	return ""
}

// expr is a compiled expression of CEL (https://github.com/google/cel-spec).
type expr struct {
	text    string
	program cel.Program
	names   []string // that it uses
}

// compile checks an expression, which must give one of these types or one that
// only its evaluation shows.
func compile(text string, want ...*cel.Type) (*expr, error) {
	env, err := environment()
	if err != nil {
		return nil, err
	}
	if len([]rune(text)) > maxExpr {
		return nil, fmt.Errorf("the expression is longer than %d characters", maxExpr)
	}
	checked, issues := env.Compile(text)
	if issues.Err() != nil {
		first := issues.Errors()[0]
		said, _, _ := strings.Cut(strings.Join(strings.Fields(first.Message), " "), " expecting ")
		said = strings.ReplaceAll(said, " (in container '')", "")
		return nil, fmt.Errorf("%s (at line %d, character %d of the expression)", said, max(first.Location.Line(), 1), max(first.Location.Column(), 0)+1)
	}
	out := checked.OutputType()
	if out.Kind() != types.DynKind && !slices.ContainsFunc(want, func(t *cel.Type) bool { return t.Kind() == out.Kind() }) {
		return nil, fmt.Errorf("the expression gives %s, and %s is needed", out, want[0])
	}
	program, err := env.Program(checked, cel.CostLimit(maxCost), cel.InterruptCheckFrequency(1000))
	if err != nil {
		return nil, err
	}
	e := &expr{text: text, program: program}
	for _, r := range checked.NativeRep().ReferenceMap() {
		if isName(r) && !slices.Contains(e.names, r.Name) {
			e.names = append(e.names, r.Name)
		}
	}
	slices.Sort(e.names)
	return e, nil
}

func isName(r *ast.ReferenceInfo) bool {
	_, ok := known[r.Name]
	return ok
}

// vars are the values of the names, whole: {"account.id": "7"}.
type vars map[string]any

// with is v and more; v stays as it is.
func (v vars) with(more vars) vars {
	out := maps.Clone(v)
	maps.Copy(out, more)
	return out
}

// eval gives the value. Its error tells the expression, and none of the values.
func (e *expr) eval(ctx context.Context, v vars) (any, error) {
	out, _, err := e.program.ContextEval(ctx, map[string]any(v))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%q can't be worked out: %s", e.text, reason(err))
	}
	return out.Value(), nil
}

// reason is what CEL says, without what may be a value.
func reason(err error) string {
	for _, known := range []string{"no such key", "no such overload", "index out of bounds", "cost limit exceeded", "type conversion error"} {
		if strings.Contains(err.Error(), known) {
			return known
		}
	}
	return "the answer is not of the form that it expects"
}

// Yes is an expression that says yes or no.
type Yes struct{ *expr }

// UnmarshalText checks and compiles the expression.
func (y *Yes) UnmarshalText(text []byte) (err error) {
	y.expr, err = compile(string(text), cel.BoolType)
	return err
}

func (y Yes) holds(ctx context.Context, v vars) (bool, error) {
	out, err := y.eval(ctx, v)
	if err != nil {
		return false, err
	}
	yes, ok := out.(bool)
	if !ok {
		return false, fmt.Errorf("%q says neither yes nor no", y.text)
	}
	return yes, nil
}

// List is an expression that gives a list.
type List struct{ *expr }

// UnmarshalText checks and compiles the expression.
func (l *List) UnmarshalText(text []byte) (err error) {
	l.expr, err = compile(string(text), cel.ListType(cel.DynType))
	return err
}

func (l List) all(ctx context.Context, v vars) ([]any, error) {
	out, _, err := l.program.ContextEval(ctx, map[string]any(v))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%q can't be worked out: %s", l.text, reason(err))
	}
	native, err := out.ConvertToNative(anys)
	if err != nil {
		return nil, fmt.Errorf("%q gives no list", l.text)
	}
	return native.([]any), nil
}

// Text is an expression that gives a text or a whole number.
type Text struct{ *expr }

// UnmarshalText checks and compiles the expression.
func (t *Text) UnmarshalText(text []byte) (err error) {
	t.expr, err = compile(string(text), cel.StringType, cel.IntType)
	return err
}

func (t Text) string(ctx context.Context, v vars) (string, error) {
	out, err := t.eval(ctx, v)
	if err != nil {
		return "", err
	}
	switch x := out.(type) {
	case string:
		return x, nil
	case int64:
		return strconv.FormatInt(x, 10), nil
	}
	return "", fmt.Errorf("%q gives no text", t.text)
}

var anys = reflect.TypeFor[[]any]()

var errEmpty = errors.New("it is empty")
