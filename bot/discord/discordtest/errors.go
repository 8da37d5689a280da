package discordtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

type errorCode struct {
	status  int
	message string
}

// errorCodes are the JSON error codes that this fake answers with, as the page
// "Opcodes and Status Codes" lists them. The HTTP statuses are not on it: those
// are what the API is seen to answer.
var errorCodes = map[int]errorCode{
	10003:  {http.StatusNotFound, "Unknown Channel"},
	10004:  {http.StatusNotFound, "Unknown Guild"},
	10006:  {http.StatusNotFound, "Unknown Invite"},
	10007:  {http.StatusNotFound, "Unknown Member"},
	10008:  {http.StatusNotFound, "Unknown Message"},
	10009:  {http.StatusNotFound, "Unknown permission overwrite"},
	10011:  {http.StatusNotFound, "Unknown Role"},
	10013:  {http.StatusNotFound, "Unknown User"},
	10015:  {http.StatusNotFound, "Unknown Webhook"},
	10026:  {http.StatusNotFound, "Unknown Ban"},
	10062:  {http.StatusNotFound, "Unknown interaction"},
	10063:  {http.StatusNotFound, "Unknown application command"},
	20012:  {http.StatusForbidden, "You are not authorized to perform this action on this application"},
	30032:  {http.StatusBadRequest, "Maximum number of application commands reached (100)."},
	30034:  {http.StatusTooManyRequests, "Max number of daily application command creates has been reached (200)"},
	30046:  {http.StatusTooManyRequests, "Maximum number of edits to messages older than 1 hour reached. Try again later"},
	40005:  {http.StatusRequestEntityTooLarge, "Request entity too large"},
	40007:  {http.StatusForbidden, "The user is banned from this guild."},
	40060:  {http.StatusBadRequest, "Interaction has already been acknowledged."},
	40094:  {http.StatusBadRequest, "This interaction has hit the maximum number of follow up messages"},
	50001:  {http.StatusForbidden, "Missing Access"},
	50003:  {http.StatusForbidden, "Cannot execute action on a DM channel"},
	50005:  {http.StatusForbidden, "Cannot edit a message authored by another user"},
	50006:  {http.StatusBadRequest, "Cannot send an empty message"},
	50007:  {http.StatusForbidden, "Cannot send messages to this user"},
	50008:  {http.StatusBadRequest, "Cannot send messages in a non-text channel"},
	50013:  {http.StatusForbidden, "Missing Permissions"},
	50024:  {http.StatusBadRequest, "Cannot execute action on this channel type"},
	50027:  {http.StatusUnauthorized, "Invalid Webhook Token"},
	50028:  {http.StatusBadRequest, "Invalid Role"},
	50033:  {http.StatusBadRequest, "Invalid Recipient(s)"},
	50035:  {http.StatusBadRequest, "Invalid Form Body"},
	50083:  {http.StatusBadRequest, "Thread is archived"},
	50109:  {http.StatusBadRequest, "The request body contains invalid JSON."},
	50278:  {http.StatusForbidden, "Cannot send messages to this user due to having no mutual guilds"},
	130000: {http.StatusServiceUnavailable, "API resource is currently overloaded. Try again a little later"},
	20028:  {http.StatusTooManyRequests, "The write action you are performing on the channel has hit the write rate limit."},
	40062:  {http.StatusTooManyRequests, "Service resource is being rate limited."},
	60003:  {http.StatusForbidden, "Two factor is required for this operation"},
	160006: {http.StatusBadRequest, "Maximum number of active threads reached"},
	160004: {http.StatusBadRequest, "A thread has already been created for this message"},
	160005: {http.StatusBadRequest, "Thread is locked"},
}

// form collects what is wrong with a body, by the place in it: "components",
// "0", "custom_id".
type form struct{ faults []formFault }

type formFault struct {
	at            string // parts with dots between
	code, message string
}

func (f *form) add(at, code, format string, args ...any) {
	f.faults = append(f.faults, formFault{at, code, fmt.Sprintf(format, args...)})
}

func (f *form) empty() bool { return len(f.faults) == 0 }

func (f *form) String() string {
	var out []string
	for _, e := range f.faults {
		out = append(out, fmt.Sprintf("%s: %s (%s)", e.at, e.message, e.code))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), "; ")
}

// tree is the errors object of "Invalid Form Body".
func (f *form) tree() object {
	root := object{}
	for _, e := range f.faults {
		at := root
		for part := range strings.SplitSeq(e.at, ".") {
			if part == "" {
				continue
			}
			next, ok := at[part].(object)
			if !ok {
				next = object{}
				at[part] = next
			}
			at = next
		}
		list, _ := at["_errors"].([]object)
		at["_errors"] = append(list, object{"code": e.code, "message": e.message})
	}
	return root
}
