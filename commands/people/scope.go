package people

import (
	"fmt"
	"reflect"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"

	"offboard/store"
)

// Leaver is what a scope may ask about: person.country == "PT".
type Leaver struct {
	Entity     string `cel:"entity"`
	Country    string `cel:"country"`
	Department string `cel:"department"`
	Location   string `cel:"location"`
}

// Scope compiles the scope of a role, an expression in CEL over "person" that
// says for which leavers the role counts. The empty scope is everybody.
func Scope(expr string) (func(store.Card) bool, error) {
	if expr == "" {
		return nil, nil
	}
	env, err := cel.NewEnv(ext.NativeTypes(reflect.TypeFor[Leaver](), ext.ParseStructTags(true)), cel.Variable("person", cel.ObjectType("people.Leaver")))
	if err != nil {
		return nil, err
	}
	ast, issues := env.Compile(expr)
	if issues.Err() != nil {
		return nil, fmt.Errorf("scope: %w", issues.Err())
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("scope: %q does not say yes or no; write something like person.country == \"PT\"", expr)
	}
	program, err := env.Program(ast)
	if err != nil {
		return nil, fmt.Errorf("scope: %w", err)
	}
	return func(c store.Card) bool {
		out, _, err := program.Eval(map[string]any{"person": Leaver{Entity: c.Entity, Country: c.Country, Department: c.Department, Location: c.Location}})
		if err != nil {
			return false // what cannot be decided is not permitted
		}
		yes, ok := out.Value().(bool)
		return ok && yes
	}, nil
}
