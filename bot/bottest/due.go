package bottest

// Due are the faults that a vendor's fake was asked for and that have not happened
// yet, by what they happen to. Whoever has it holds a lock.
type Due[F any] struct{ of map[string][]*due[F] }

type due[F any] struct {
	fault F
	left  int
}

// Add lets a fault happen so many times to a target, after those that were added
// before; negative is until Heal.
func (d *Due[F]) Add(target string, fault F, times int) {
	if d.of == nil {
		d.of = map[string][]*due[F]{}
	}
	d.of[target] = append(d.of[target], &due[F]{fault, times})
}

// Heal takes back what has not happened.
func (d *Due[F]) Heal(target string) { delete(d.of, target) }

// Next is the fault that happens now to a target, or nil.
func (d *Due[F]) Next(target string) *F {
	list := d.of[target]
	if len(list) == 0 {
		return nil
	}
	f := list[0]
	if f.left > 0 {
		f.left--
	}
	if f.left == 0 {
		d.of[target] = list[1:]
	}
	return &f.fault
}
