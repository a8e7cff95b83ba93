# Lets orgaudit read the organization.

variable "trusted_principals" {
  description = "ARNs of the roles, users or accounts that run orgaudit"
  type        = list(string)
}

variable "external_id" {
  description = "External ID that the role asks for, the one of orgaudit's configuration"
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.external_id) >= 2 && length(var.external_id) <= 1224 && can(regex("^[\\w+=,.@:/-]+$", var.external_id))
    error_message = "An external ID has 2 to 1224 characters, and only letters, digits and _+=,.@:/- among them."
  }
}

resource "aws_iam_role" "orgaudit" {
  name                 = "OrgauditOrganizationRole"
  path                 = "/"
  description          = "Lets orgaudit read the organization"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.trusted_principals }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

resource "aws_iam_role_policy" "orgaudit" {
  name = "orgaudit"
  role = aws_iam_role.orgaudit.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid    = "ReadOrganization"
        Effect = "Allow"
        Action = [
          "iam:ListOrganizationsFeatures",
          "organizations:DescribeOrganization",
          "organizations:DescribePolicy",
          "organizations:DescribeResourcePolicy",
          "organizations:ListAWSServiceAccessForOrganization",
          "organizations:ListAccounts",
          "organizations:ListAccountsForParent",
          "organizations:ListDelegatedAdministrators",
          "organizations:ListDelegatedServicesForAccount",
          "organizations:ListOrganizationalUnitsForParent",
          "organizations:ListPolicies",
          "organizations:ListRoots",
          "organizations:ListTagsForResource",
          "organizations:ListTargetsForPolicy",
        ]
        Resource = "*"
      },
      {
        Sid    = "ReadAccount"
        Effect = "Allow"
        Action = [
          "access-analyzer:ListAnalyzers",
          "access-analyzer:ListArchiveRules",
          "access-analyzer:ListFindings",
          "account:GetAlternateContact",
          "account:GetContactInformation",
          "account:ListRegions",
          "iam:GenerateCredentialReport",
          "iam:GetAccountAuthorizationDetails",
          "iam:GetAccountPasswordPolicy",
          "iam:GetAccountSummary",
          "iam:GetCredentialReport",
          "iam:GetPolicy",
          "iam:GetPolicyVersion",
          "iam:ListAccountAliases",
          "iam:ListOpenIDConnectProviders",
          "iam:ListSAMLProviders",
          "iam:ListServerCertificates",
          "iam:ListVirtualMFADevices",
        ]
        Resource = "*"
      },
    ]
  })
}

output "role_arn" {
  value = aws_iam_role.orgaudit.arn
}
