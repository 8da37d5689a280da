package metrics

import _ "embed" // for what is delivered with the program

// Dashboard is a Grafana dashboard, to be imported as it is.
//
//go:embed dashboard.json
var Dashboard string

// Alerts are Prometheus alerting rules. README.md, Monitoring, says what to do
// about each.
//
//go:embed alerts.yaml
var Alerts string
