package policy

// IsFullAccess reports whether the document guards nothing: it is one statement that
// allows every action on every resource without condition. That is what the AWS-managed
// service control policy FullAWSAccess says, and RCPFullAWSAccess with everyone as the
// principal. See the AWS document "SCP evaluation".
func (d *Document) IsFullAccess() bool {
	if len(d.Statements) != 1 {
		return false
	}
	s := &d.Statements[0]
	return s.Effect == Allow && s.unbounded()
}
