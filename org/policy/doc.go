// Package policy reads the JSON policy language of AWS: identity policies, trust
// policies, permissions boundaries, service control policies and resource control
// policies. It says what one document states, and what a principal may do where several
// meet: its identity policies, its boundary, and the organization's SCPs and RCPs.
//
// The one thing to know: [Parse] is strict about everything that carries meaning. A
// duplicated element, an Action that is a number, or an Effect in the wrong spelling
// is an error, so that a document that parses is one that the audit has understood
// whole. Elements that the language does not know do not stop it and are listed in
// [Document.Unknown].
//
// Conditions are decided in three values by what is known before any request: see
// [Condition.Truth] and [Facts]. What nobody knows, and what AWS does not document, is
// [Depends], never a guess.
//
// Start with [Parse] and [Analyse]. A [Principal] with its policies decides a request
// ([Principal.Decide]) or says where it may do an action ([Principal.May]); an [Estate] is
// what an account holds, and finds the ways in which a member can widen its rights
// ([Estate.Escalations]). [Match] and [Covers] are the globs beneath them.
//
// Known limits: session policies, endpoint policies and resource policies other than trust
// policies are not known here; several denials that only together take a resource away are
// not added up, so that a set of resources may be too wide, never too narrow.
//
// [Actions] are all actions of AWS with their access levels; [ExpandAction] says which of
// them a glob names.
//
// The package touches no network, no file and no clock. The shapes follow the AWS
// document "Grammar of the IAM JSON policy language".
package policy
