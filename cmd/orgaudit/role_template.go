package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/template"
)

// cloudFormation is a template that makes the role in one account.
func (r *auditRole) cloudFormation() (string, error) { return r.render(cloudFormationRole) }

// stackSet is a template for the management account, whose stack set makes the role in
// every member account below the units that are named ("AWS::CloudFormation::StackSet",
// AWS CloudFormation User Guide).
func (r *auditRole) stackSet() (string, error) { return r.render(stackSetRole) }

func (r *auditRole) terraform() (string, error) { return r.render(terraformRole) }

// render fills a template. Texts stand in it by quote, which YAML and HCL read alike for
// what names of roles and ARNs can hold.
func (r *auditRole) render(text string) (string, error) {
	t, err := template.New("role").Funcs(template.FuncMap{
		"quote": func(text string) (string, error) {
			quoted, err := json.Marshal(text)
			return string(quoted), err
		},
		"commas": func(list []string) string { return strings.Join(list, ",") },
		"embedded": func() (string, error) {
			inner, err := r.cloudFormation()
			return indent(inner, 8), err
		},
	}).Parse(text)
	if err != nil {
		return "", fmt.Errorf("read the template of the role: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, r); err != nil {
		return "", fmt.Errorf("write the role: %w", err)
	}
	return b.String(), nil
}

// indent moves every line that is not empty to the right.
func indent(text string, by int) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(strings.Repeat(" ", by))
		}
		b.WriteString(line)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// roleParameters are those of both templates of CloudFormation. What stands in a template is
// read by whoever may read the stack, and a parameter with NoEcho is not.
const roleParameters = `Parameters:
  TrustedPrincipals:
    Type: CommaDelimitedList
    Description: ARNs of the roles, users or accounts that run orgaudit, separated by commas
{{- if .Trusted}}
    Default: {{quote (commas .Trusted)}}
{{- end}}
  ExternalId:
    Type: String
    NoEcho: true
    MinLength: 2
    MaxLength: 1224
    AllowedPattern: '[\w+=,.@:/-]*'
    Description: External ID that the role asks for, the one of orgaudit's configuration
`

const cloudFormationRole = `AWSTemplateFormatVersion: "2010-09-09"
Description: {{quote .Description}}
` + roleParameters + `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: {{quote .Name}}
      Path: {{quote .Path}}
      Description: {{quote .Description}}
      MaxSessionDuration: {{.MaxSession}}
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipals
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      Policies:
        - PolicyName: orgaudit
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
{{- range .Permissions.Statement}}
              - Sid: {{.Sid}}
                Effect: {{.Effect}}
                Action:
{{- range .Action}}
                  - {{.}}
{{- end}}
                Resource: {{quote .Resource}}
{{- end}}
Outputs:
  RoleArn:
    Description: ARN of the role
    Value: !GetAtt Role.Arn
`

const stackSetRole = `AWSTemplateFormatVersion: "2010-09-09"
Description: The audit role of orgaudit in every member account; for the management account
` + roleParameters + `  OrganizationalUnitIds:
    Type: CommaDelimitedList
    Description: Id of the organization's root (r-...) for all member accounts, or ids of units, separated by commas
Resources:
  StackSet:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: orgaudit-role
      Description: {{quote .Description}}
      PermissionModel: SERVICE_MANAGED
      AutoDeployment:
        Enabled: true
        RetainStacksOnAccountRemoval: false
      ManagedExecution:
        Active: true
      Capabilities:
        - CAPABILITY_NAMED_IAM
      OperationPreferences:
        FailureTolerancePercentage: 100
        MaxConcurrentPercentage: 25
      Parameters:
        - ParameterKey: TrustedPrincipals
          ParameterValue: !Join [",", !Ref TrustedPrincipals]
        - ParameterKey: ExternalId
          ParameterValue: !Ref ExternalId
      StackInstancesGroup:
        - DeploymentTargets:
            OrganizationalUnitIds: !Ref OrganizationalUnitIds
          # Roles are global: one region is enough, the one of this stack.
          Regions:
            - !Ref AWS::Region
      TemplateBody: |
{{embedded}}
Outputs:
  StackSetId:
    Description: Id of the stack set
    Value: !Ref StackSet
`

const terraformRole = `# {{.Description}}.

variable "trusted_principals" {
  description = "ARNs of the roles, users or accounts that run orgaudit"
  type        = list(string)
{{- if .Trusted}}
  default = [
{{- range .Trusted}}
    {{quote .}},
{{- end}}
  ]
{{- end}}
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
  name                 = {{quote .Name}}
  path                 = {{quote .Path}}
  description          = {{quote .Description}}
  max_session_duration = {{.MaxSession}}

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
{{- range .Permissions.Statement}}
      {
        Sid    = {{quote .Sid}}
        Effect = {{quote .Effect}}
        Action = [
{{- range .Action}}
          {{quote .}},
{{- end}}
        ]
        Resource = {{quote .Resource}}
      },
{{- end}}
    ]
  })
}

output "role_arn" {
  value = aws_iam_role.orgaudit.arn
}
`
