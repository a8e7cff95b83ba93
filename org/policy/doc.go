// Package policy reads the JSON policy language of AWS: identity policies, trust
// policies, permissions boundaries, service control policies and resource control
// policies. It says what one document states; it does not decide a request, which
// depends on all the policies that meet there.
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
// Start with [Parse], then [Document.FullAdministrator], [Document.IsFullAccess] and
// the methods of [Statement]. [Match] and [Covers] are the globs beneath them.
//
// [Actions] are all actions of AWS with their access levels; [ExpandAction] says which of
// them a glob names.
//
// The package touches no network, no file and no clock. The shapes follow the AWS
// document "Grammar of the IAM JSON policy language".
package policy
