package main

import "offboard/store"

// clock tells whoever watches the server's log how the clock stands.
func (a *app) clock(d *store.Doubt, err error) {
	switch {
	case err != nil:
		a.log.Error().Err(err).Msg("keep the time; tried again in a second")
	case d == nil:
		a.log.Warn().Msg("the clock is in doubt no more")
	default:
		a.log.Warn().Time("clock", d.Since).Time("machine", d.Machine).Msg("the clock is in doubt: what can't be given back waits; set the machine's clock right, or answer /offboard clock")
	}
}

// clock is the clock as a part of the server. It is ready also in doubt: access
// ends on time, and a monitor that restarts what is not ready would gain
// nothing.
func (h *health) clock() part {
	p := part{Name: partClock, Ready: true}
	if t := h.app.store.Time(); t.Doubt {
		p.Note = "in doubt: the machine's clock says " + t.Machine.UTC().Format(clockForm) + " and I go by " + t.Now.UTC().Format(clockForm) + "; what can't be given back waits"
	}
	return p
}

// clockForm writes a time for an operator.
const clockForm = "2006-01-02 15:04:05 MST"

// remedyClock is what ends a doubt.
const remedyClock = "set this machine's clock right (chronyc tracking, timedatectl); if it is right, somebody of IT, security or the administrators types /offboard clock"
