// Package benchmark holds what is demanded: the controls, how they are judged, and how
// verdicts become scores.
//
// Everything here is a pure function on evidence. The clock is the time of the evidence,
// so that the same evidence gives the same verdicts on every day. The one thing to know:
// what could not be read is not assessed, with its cause, and is never a pass or a fail.
// [Controls] is the list to start from.
package benchmark
