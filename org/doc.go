// Package org knows who is audited: the AWS organization with its tree of units, its
// accounts, and the policies that bind them.
//
// [Walk] reads an [Organization] from AWS; everything else is plain data and functions on
// it. What could not be read stands as a [Gap] beside what could: the one thing to know is
// that an empty list is a fact only where no gap names its section.
package org
