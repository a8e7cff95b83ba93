// Orgaudit audits every account of an AWS organization against a benchmark and writes an
// Excel workbook, a PDF and a JSON file.
//
//	orgaudit demo               audit the built-in simulated organization
//	orgaudit run                collect, judge and report
//	orgaudit collect            collect evidence alone
//	orgaudit plan               say what a run will do, before anything is touched
//	orgaudit doctor             say what is missing before a run
//	orgaudit report EVIDENCE    judge and report evidence, without AWS
//	orgaudit verify EVIDENCE    check evidence, and that reports follow from it
//	orgaudit diff OLD NEW       say what has changed between two audits
//	orgaudit role               print the audit role, as a template or as policies
//	orgaudit simulate           serve a simulated organization
//	orgaudit measure            measure whole runs against simulated organizations
//	orgaudit controls [ID]      list or explain what is judged
//	orgaudit explain            print the whole derivation of one verdict
//	orgaudit exceptions check   check the register of exceptions against evidence
//	orgaudit version            say which version this is
//
// Results go to standard output, progress and errors to standard error. Exit codes:
//
//	0  complete
//	1  failed, or stopped before the end
//	2  the command line or the configuration is wrong
//	3  complete with gaps: something could not be read and is not assessed
//	4  a threshold of --fail-on was not met
//
// Where both 3 and 4 apply, it is 4.
package main
