package slacktest

func (c *call) viewsOpen() (object, error) {
	t, err := c.exchange(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	v, err := c.view(c.m.name, c.args["view"], surfaceModal)
	if err != nil {
		return nil, err
	}
	for _, old := range c.stack(t.user) {
		old.closed = true
	}
	c.show(v, t.user, nil)
	return object{"view": c.viewJSON(v)}, nil
}

func (c *call) viewsPush() (object, error) {
	t, err := c.exchange(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	v, err := c.view(c.m.name, c.args["view"], surfaceModal)
	if err != nil {
		return nil, err
	}
	stack := c.stack(t.user)
	switch {
	case t.view == "" || len(stack) == 0:
		return nil, refuse("not_found")
	case len(stack) >= maxStack:
		return nil, refuse("push_limit_reached")
	}
	c.show(v, t.user, stack[len(stack)-1])
	return object{"view": c.viewJSON(v)}, nil
}

func (c *call) viewsUpdate() (object, error) {
	id, external := c.str("view_id"), c.str("external_id")
	if (id == "") == (external == "") {
		c.problem("views.update: exactly one of view_id and external_id is needed")
		return nil, refuse("invalid_arguments", "[ERROR] exactly one of `view_id` and `external_id` is required")
	}
	var old *view
	for _, v := range c.views {
		if !v.closed && (v.ID == id && id != "" || v.external == external && external != "") {
			old = v
		}
	}
	if old == nil {
		return nil, refuse("not_found")
	}
	if h := c.str("hash"); h != "" && h != old.Hash {
		return nil, refuse("hash_conflict")
	}
	kind := surfaceModal
	if old.Home {
		kind = surfaceHome
	}
	wasClosed := old.closed
	old.closed = true // its own external_id is not a duplicate
	v, err := c.view(c.m.name, c.args["view"], kind)
	old.closed = wasClosed
	if err != nil {
		return nil, err
	}
	old.become(v)
	c.hashed(old)
	return object{"view": c.viewJSON(old)}, nil
}

func (c *call) viewsPublish() (object, error) {
	user := c.str("user_id")
	u := c.user(user)
	switch {
	case c.cfg.NoHome:
		return nil, refuse("not_enabled")
	case u == nil || u.Deactivated:
		return nil, refuse("user_not_found")
	}
	old := c.homes[user]
	if h := c.str("hash"); h != "" && (old == nil || h != old.Hash) {
		return nil, refuse("hash_conflict")
	}
	if old != nil {
		old.closed = true
	}
	v, err := c.view(c.m.name, c.args["view"], surfaceHome)
	if old != nil {
		old.closed = false
	}
	if err != nil {
		return nil, err
	}
	if old != nil {
		old.become(v)
	} else {
		old = v
		old.ID, old.User = c.id("V"), user
		old.root = old.ID
		c.homes[user] = old
		c.views = append(c.views, old)
	}
	c.hashed(old)
	return object{"view": c.viewJSON(old)}, nil
}
