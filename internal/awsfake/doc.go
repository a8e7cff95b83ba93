// Package awsfake is AWS in one process: a simulated organization that unchanged
// AWS clients talk to over the wire protocols that they always use.
//
// A [World] is the plain data: the tree, the accounts and what is in their IAM.
// [Load] reads one from a file, [Demo] invents one. A [Server] answers for it:
// set AWS_ENDPOINT_URL to its address, and the AWS CLI or any SDK lists the
// organization, takes roles, and reads accounts. Signatures, trust policies,
// permissions boundaries, session policies and service control policies are
// evaluated, so that what AWS would refuse is refused here too.
//
// No simulated operation changes the world. The package imports neither an AWS SDK
// nor the rest of this module, so that it cannot repeat their mistakes.
package awsfake
