package actions

// Visited is how many cases the executor has looked at.
func (x *Executor) Visited() int { return int(x.visited.Load()) }
