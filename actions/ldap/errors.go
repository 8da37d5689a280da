package ldap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"offboard/actions"
)

// classify says what an error means in plain words, with the LDAP code after
// them, and whether trying again may help. An error that has a class keeps it.
func classify(attempt string, err error) error {
	if e, ok := errors.AsType[*actions.Error](err); ok {
		return &actions.Error{Class: e.Class, After: e.After, Err: fmt.Errorf("%s: %w", attempt, err)}
	}
	if e, ok := errors.AsType[*tlsError](err); ok && e.distrust() {
		return actions.Final(fmt.Errorf("%s: the certificate of the directory is not trusted: check ca_file and server_name: %w", attempt, err))
	}
	var e *ldap.Error
	if !errors.As(err, &e) {
		return actions.Again(fmt.Errorf("%s: the directory cannot be reached: %w", attempt, err))
	}
	if _, ok := errors.AsType[*bindError](err); ok && e.ResultCode == ldap.LDAPResultInvalidCredentials {
		words := "the directory does not accept the bot's own name and password"
		if why := signInReason(err); why != "" {
			words = "the directory does not let the bot itself sign in: " + why
		}
		return actions.Final(fmt.Errorf("%s: %s: %w", attempt, words, err))
	}
	words, again := meaning(e.ResultCode)
	err = fmt.Errorf("%s: %s (LDAP result %d): %w", attempt, words, e.ResultCode, err)
	if again {
		return actions.Again(err)
	}
	return actions.Final(err)
}

// meaning is an LDAP result (RFC 4511, appendix A; above 199 they are
// go-ldap's own) in plain words, and whether the same request may succeed later.
func meaning(code uint16) (words string, again bool) {
	switch code {
	case ldap.ErrorNetwork:
		return "the directory cannot be reached", true
	case ldap.LDAPResultBusy:
		return "the directory is busy", true
	case ldap.LDAPResultUnavailable:
		return "the directory is shutting down or starting", true
	case ldap.LDAPResultTimeLimitExceeded, ldap.LDAPResultTimeout:
		return "the directory took too long", true
	case ldap.LDAPResultAdminLimitExceeded:
		return "the request met an administrative limit", true
	case ldap.LDAPResultOperationsError, ldap.LDAPResultOther, ldap.LDAPResultServerDown, ldap.LDAPResultConnectError:
		return "the directory has an internal problem", true
	case ldap.LDAPResultNoSuchAttribute, ldap.LDAPResultAttributeOrValueExists:
		// Seen only when somebody changed the entry between our read and our write.
		return "the entry changed meanwhile", true
	case ldap.LDAPResultSizeLimitExceeded:
		return "the answer is longer than the directory allows the bot to read: raise its size limit (olcLimits size.prtotal)", false
	case ldap.LDAPResultInsufficientAccessRights:
		return "the bot's account may not do that", false
	case ldap.LDAPResultUnwillingToPerform:
		return "the directory refuses to do that", false
	case ldap.LDAPResultConstraintViolation:
		return "a rule of the directory, such as its password policy, forbids that", false
	case ldap.LDAPResultNotAllowedOnNonLeaf:
		return "other entries stand below it", false
	case ldap.LDAPResultObjectClassViolation:
		return "the entry would lack something it must have", false
	case ldap.LDAPResultNoSuchObject:
		return "the entry does not exist, or the bot may not see it", false
	case ldap.LDAPResultInvalidCredentials:
		return "the password was not accepted", false
	case ldap.LDAPResultReferral:
		return "the directory points to another server, which is not followed: configure that server", false
	case ldap.LDAPResultConfidentialityRequired, ldap.LDAPResultStrongAuthRequired:
		return "the directory insists on encryption", false
	case ldap.LDAPResultUndefinedAttributeType:
		return "the directory does not know an attribute that is used here", false
	}
	return "the directory refused", false
}

// certificateText finds the reason in the only form that go-ldap's StartTLS
// leaves of it: it formats the handshake's error with %v (v3.4.15, conn.go).
func certificateText(err error) bool {
	return strings.Contains(err.Error(), "failed to verify certificate")
}
