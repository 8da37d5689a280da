// Package adapter is what the adapters of chat vendors have alike: what is done
// once, waiting, edits in order, answering to the end, and how a message is put
// into words and made to fit. It knows no vendor, and nothing of cases.
package adapter
